import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import { openSecretFiles, randomHex, type SecretFiles } from "../adapters/secret-files.ts";
import type { Command } from "./command.ts";
import { storeSecrets } from "./store-secrets.ts";

/** `tintype secrets`: makes, once, every secret that the services of deploy/compose.yaml share. */
export const secrets: Command = {
  name: "secrets",
  summary: "Make the secrets of an installation, where they are not there yet",
  usage: `secrets --out DIR [--bucket NAME]

  --out DIR      The folder for them: app/, postgres/ and store/ in it are each for the service of that name.
                 What is there already is kept. Only your own user can read the files.
  --bucket NAME  The bucket that Tintype's own key may use (photos).`,
  async run({ args, print }) {
    const { values } = parseArgs({ args: [...args], options: { out: { type: "string" }, bucket: { type: "string", default: "photos" } } });
    if (values.out === undefined || values.out === "") throw new AppError("invalid", "--out DIR is missing: the folder for the secrets.");
    const files = openSecretFiles(values.out);
    await database(files);
    await storeSecrets(files, values.bucket);
    print(`The secrets are in ${values.out}.`);
    return 0;
  },
};

async function database(files: SecretFiles): Promise<void> {
  const password = await files.keep("postgres/password", () => randomHex(24));
  await files.put("app/database-url", `postgres://tintype:${password}@postgres:5432/tintype\n`);
}
