import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import * as Account from "@tintype/core/account";
import { handleFrom } from "@tintype/core/storage";
import { openPostgres } from "../adapters/db-postgres.ts";
import { randomHex } from "../adapters/secret-files.ts";
import type { Call, Command } from "./command.ts";
import { storeSteps, STORES, type Store } from "./device-store.ts";
import { toolSettings } from "./device-tool.ts";

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/u;

/** `tintype device add`: a key with which a device can drop photos into its user's inbox, and do nothing else. */
export const device: Command = {
  name: "device",
  summary: "Print a key with which another program can drop photos for a user, and how to set it up",
  usage: `device add NAME --user HANDLE [--store STORE] [--endpoint URL] [--bucket NAME]

  NAME            What to call the device: small letters, digits and dashes.
  --user HANDLE   Whose photos they are: the folder name under library/.
  --store STORE   ${STORES.join(", ")} (minio).
  --endpoint URL  Where the device reaches the store, and
  --bucket NAME   the bucket: what Tintype's own settings say, unless they are given here.

The key is made anew each time, printed, and kept nowhere.`,
  async run({ args, settings, print }) {
    const { action, name, user, store, endpoint, bucket } = read(args);
    if (action !== "add") throw new AppError("invalid", `There is no "device ${action}", only "device add".`);
    const own = endpoint === undefined || bucket === undefined ? settings().s3 : undefined;
    const target = {
      endpoint: endpoint ?? own?.publicEndpoint ?? "",
      bucket: bucket ?? own?.bucket ?? "",
      region: own?.region ?? "us-east-1",
    };
    const key = { id: randomHex(10).toUpperCase(), secret: randomHex(20) };
    const place = { ...target, store, handle: user, account: `tintype-${handleFrom(user)}-${name}`, key };
    for (const line of [...storeSteps(place), "", ...toolSettings(place)]) print(line);
    if (own) await tellOfStranger(settings().databaseUrl, user, print);
    return 0;
  },
};

/** What is dropped for a name that nobody has is kept, and shown nowhere: a slip of the pen is told. */
async function tellOfStranger(databaseUrl: string, handle: string, print: Call["print"]): Promise<void> {
  // It is a word of caution; whatever is wrong with the database is for the doctor to say.
  const handles = await handlesOf(databaseUrl).catch(() => undefined);
  if (!handles || handles.includes(handle)) return;
  const known = handles.length > 0 ? `those here are ${handles.join(", ")}` : "there is no account yet";
  print(`\n# Nobody has the folder name "${handle}" (${known}). What is dropped for it waits until somebody has.`);
}

async function handlesOf(databaseUrl: string): Promise<string[]> {
  const { db, close } = await openPostgres({ url: databaseUrl, migrations: [] });
  try {
    return await Account.handles({ actor: { kind: "system" }, db });
  } finally {
    await close();
  }
}

type Asked = { action: string; name: string; user: string; store: Store; endpoint: string | undefined; bucket: string | undefined };

function read(args: Call["args"]): Asked {
  const options = {
    user: { type: "string" },
    store: { type: "string", default: "minio" },
    endpoint: { type: "string" },
    bucket: { type: "string" },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [action = "", name = "", ...more] = positionals;
  if (more.length > 0) throw new AppError("invalid", `"${more[0]}" is one word too many.`);
  if (!NAME.test(name)) throw new AppError("invalid", "NAME is missing, or has more in it than small letters, digits and dashes.");
  const { user = "", endpoint, bucket } = values;
  if (handleFrom(user) !== user) throw new AppError("invalid", "--user HANDLE is missing, or is no folder name under library/.");
  const store = STORES.find((known) => known === values.store);
  if (store === undefined) throw new AppError("invalid", `--store is one of ${STORES.join(", ")}.`);
  if (endpoint !== undefined && !URL.canParse(endpoint)) throw new AppError("invalid", "--endpoint is no address.");
  return { action, name, user, store, endpoint, bucket };
}
