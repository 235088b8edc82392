import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take minutes, longest first. Their size, by which vitest goes on a clean checkout, does not tell: some only name what they run. */
const LONGEST = [
  "crash/laptop.test.ts",
  "crash/homelab.test.ts",
  "heavy/corpus.test.ts",
  "e2e/proxy.spec.ts",
  "homelab/faults-store.test.ts",
  "homelab/faults-database.test.ts",
  "homelab/doctor.test.ts",
  "homelab/image.test.ts",
  "e2e/story.spec.ts",
  "cloud/aws.test.ts",
  "e2e/organise.spec.ts",
  "e2e/story-homelab.spec.ts",
  "heavy/inbox-requests.test.ts",
  "heavy/inbox.test.ts",
  "e2e/upload.spec.ts",
];

/** Begins with the files that take longest, of all projects that run together: at the end no core waits for one of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}`));
      return at < 0 ? LONGEST.length : at;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's, but vitest's
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
