import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import { openSecretFiles, randomHex, type SecretFiles } from "../adapters/secret-files.ts";
import type { Command } from "./command.ts";

/** `tintype secrets`: makes, once, every secret that the services of deploy/compose.yaml share. */
export const secrets: Command = {
  name: "secrets",
  summary: "Make the secrets of an installation, where they are not there yet",
  usage: `secrets --out DIR

  --out DIR  The folder for them: app/, postgres/ and store/ in it are each for the service of that name.
             What is there already is kept. Only your own user can read the files.`,
  async run({ args, print }) {
    const { values } = parseArgs({ args: [...args], options: { out: { type: "string" } } });
    if (values.out === undefined || values.out === "") throw new AppError("invalid", "--out DIR is missing: the folder for the secrets.");
    const files = openSecretFiles(values.out);
    await database(files);
    await minio(files);
    print(`The secrets are in ${values.out}.`);
    return 0;
  },
};

async function database(files: SecretFiles): Promise<void> {
  const password = await files.keep("postgres/password", () => randomHex(24));
  await files.put("app/database-url", `postgres://tintype:${password}@postgres:5432/tintype\n`);
}

async function minio(files: SecretFiles): Promise<void> {
  await ownKeys(files, "minio");
  const user = await files.keep("store/minio/root-user", () => randomHex(10));
  const password = await files.keep("store/minio/root-password", () => randomHex(20));
  await files.put("store/minio/config.env", `MINIO_ROOT_USER=${user}\nMINIO_ROOT_PASSWORD=${password}\n`);
}

/** The key with which we ourselves go to the store. */
async function ownKeys(files: SecretFiles, store: string): Promise<void> {
  await files.keep(`app/${store}/access-key-id`, () => randomHex(10).toUpperCase());
  await files.keep(`app/${store}/secret-access-key`, () => randomHex(32));
}
