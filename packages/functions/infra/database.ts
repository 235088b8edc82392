import { kept } from "./stage.ts";

/** What functions are linked to. */
export type Database = sst.Linkable<{ url: $util.Output<string>; projectId: $util.Output<string> }>;

/** Neon's regions on AWS. */
const REGIONS = ["us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-2", "ap-southeast-1", "ap-southeast-2", "sa-east-1"];
/** For the other regions of AWS, by their continent. */
const NEAR: Readonly<Record<string, string>> = { eu: "eu-central-1", ap: "ap-southeast-1", sa: "sa-east-1" };

/**
 * A Postgres at Neon, near the functions, that sleeps when nobody asks. A function that is linked to it is told its `url` in DATABASE_URL:
 * that of the pooler, for with a connection for each function that runs the database itself would be out of them.
 */
export function createDatabase(): Database {
  const project = new neon.Project(
    "Project",
    {
      name: `${$app.name}-${$app.stage}`,
      pgVersion: 17,
      regionId: aws.getRegionOutput().region.apply((region) => `aws-${regionNear(region)}`),
      branch: { name: "main", databaseName: "tintype", roleName: "tintype" },
      defaultEndpointSettings: { autoscalingLimitMinCu: 0.25, autoscalingLimitMaxCu: 2 },
      // The most that the free plan keeps; the provider's own default is refused there.
      historyRetentionSeconds: 21_600,
    },
    kept(),
  );
  const url = $util.secret(project.connectionUriPooler);
  return new sst.Linkable("Database", { properties: { url, projectId: project.id }, include: [sst.env({ DATABASE_URL: url })] });
}

function regionNear(region: string): string {
  return REGIONS.includes(region) ? region : (NEAR[region.slice(0, 2)] ?? "us-east-1");
}
