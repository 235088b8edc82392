import { describe, expect, it } from "vitest";
import { secretPlaces } from "./clear.ts";
import { useEvaluator } from "./evaluated.ts";
import type { Deployment } from "./graph.ts";
import { PLATFORM } from "./platform.ts";
import { AWS, AWS_DEV, AWS_DOMAIN, AWS_SET, changes, CLOUDFLARE, CLOUDFLARE_DEV } from "./property/property.ts";

const FUNCTIONS = ["ApiFunction", "IngestSubscriberFunctionFunction", "MigrateFunction", "WakeSubscriberFunctionFunction"];
const BUILDS = ["Api", "IngestSubscriberFunction", "Migrate", "WakeSubscriberFunction"];

const variable = (name: string, secret: string, functions = FUNCTIONS) =>
  functions.map((known) => `${secret}: ${known} environment.variables.${name}`);
const binding = (name: string, secret: string) => `${secret}: WorkerScript bindings.secret_text ${name}.text`;
/** What SST puts into a file beside the function, encrypted. */
const link = (build: string) => `Project.connectionUriPooler: build ${build}.links.Database.url`;

const COMMON = [
  "AlarmEmail: AlarmEmailLinkRef properties.value",
  "AlarmEmail: AlarmsEmail endpoint",
  "AlarmEmail: Budget notifications.0.subscriberEmailAddresses.0",
  "AlarmEmail: Budget notifications.1.subscriberEmailAddresses.0",
  "Project.connectionUriPooler: DatabaseLinkRef include.0.env.DATABASE_URL",
  "Project.connectionUriPooler: DatabaseLinkRef properties.url",
  ...variable("DATABASE_URL", "Project.connectionUriPooler"),
  ...variable("FRONT_TOKEN", "frontToken", ["ApiFunction"]),
  ...BUILDS.map(link),
];
/** Where each secret is meant to be. */
const MEANT: Readonly<Record<Deployment["edge"], readonly string[]>> = {
  aws: [
    ...COMMON,
    "frontToken: RouterCloudfrontFunctionRequest code",
    ...variable("S3_SECRET_ACCESS_KEY", "SignerKey.secret", [...FUNCTIONS, "HourlyHandlerFunction"]),
    ...variable("DATABASE_URL", "Project.connectionUriPooler", ["HourlyHandlerFunction"]),
    link("HourlyHandler"),
  ],
  cloudflare: [
    ...COMMON,
    ...variable("S3_SECRET_ACCESS_KEY", "MediaKey.secret"),
    ...variable("QUEUE_SECRET_ACCESS_KEY", "SignerKey.secret"),
    binding("S3_SECRET_ACCESS_KEY", "MediaKey.secret"),
    binding("QUEUE_SECRET_ACCESS_KEY", "SignerKey.secret"),
    binding("DATABASE_URL", "Project.connectionUriPooler"),
    binding("FRONT_TOKEN", "frontToken"),
  ],
};

const DEPLOYMENTS = [AWS, AWS_DEV, AWS_DOMAIN, AWS_SET, CLOUDFLARE, CLOUDFLARE_DEV].map((on, n) => ({
  on,
  name: `${on.edge} ${on.stage} ${n}`,
}));

/** Each puts one somewhere else. */
const LEAKS = [
  ...changes(
    "key.ts",
    ["PUBLIC_URL: origin,", "PUBLIC_URL: origin,\n    SIGNER: secret,"],
    ["PUBLIC_URL: origin,", "PUBLIC_URL: origin,\n    SIGNER: secret.apply((known) => btoa(known)),"],
    ["PUBLIC_URL: origin,", "PUBLIC_URL: $interpolate`${origin}/?key=${secret.apply(encodeURIComponent)}`,"],
  ).map((change) => ({ on: AWS, change, at: "SignerKey.secret: ApiFunction environment.variables." })),
  ...changes(
    "worker.ts",
    ["ORIGIN_URL: api.url }", "ORIGIN_URL: api.url, SIGNER: key.secret }"],
    ['type: "secret_text"', 'type: "plain_text"'],
  ).map((change) => ({ on: CLOUDFLARE, change, at: "SignerKey.secret: WorkerScript bindings.plain_text " })),
  ...changes("sst.config.ts", ["return { bucket", "return { key: key.secret, bucket"]).map((change) => ({
    on: AWS,
    change,
    at: "SignerKey.secret: outputs key",
  })),
  ...changes("api.ts", ['input: "{}"', "input: $jsonStringify(given.database.properties)"]).map((change) => ({
    on: AWS,
    change,
    at: "Project.connectionUriPooler: Migration input",
  })),
  ...changes("database.ts", ["$util.secret(project.connectionUriPooler)", "project.connectionUriPooler"]).map((change) => ({
    on: CLOUDFLARE,
    change,
    at: "Project.connectionUriPooler: WorkerScript bindings.secret_text DATABASE_URL.text in clear",
  })),
  ...changes("watch.ts", ["endpoint: email", "endpoint: email.apply(String), filterPolicy: $util.unsecret(email)"]).map((change) => ({
    on: AWS,
    change,
    at: "AlarmEmail: AlarmsEmail filterPolicy in clear",
  })),
];

describe.skipIf(PLATFORM === undefined)("of all that `sst deploy` asks for and says, a secret", () => {
  const evaluate = useEvaluator();

  it.each(DEPLOYMENTS)("is where it is meant to be, encrypted, and nowhere else: $name", async ({ on }) => {
    expect(secretPlaces(await evaluate(on, []))).toEqual(MEANT[on.edge].toSorted());
  });

  it.each(LEAKS)("is found elsewhere, with $change.to", async ({ on, change, at }) => {
    const more = secretPlaces(await evaluate(on, [change])).filter((place) => !MEANT[on.edge].includes(place));
    expect(more.filter((place) => place.startsWith(at))).not.toEqual([]);
  });
});
