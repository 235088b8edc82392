import { parseArgs } from "node:util";
import { policyFor } from "../adapters/store-s3-policy.ts";
import type { Command } from "./command.ts";

/** `tintype policy`: what Tintype's own key must be allowed to do, and no more. */
export const policy: Command = {
  name: "policy",
  summary: "Print what the store must allow Tintype's own key, for AWS, MinIO and RustFS",
  usage: `policy [--bucket NAME]

  --bucket NAME  The bucket (the one of the settings).`,
  async run({ args, settings, print }) {
    const { values } = parseArgs({ args: [...args], options: { bucket: { type: "string" } } });
    print(JSON.stringify(policyFor(values.bucket ?? settings().s3.bucket), null, 2));
    return 0;
  },
};
