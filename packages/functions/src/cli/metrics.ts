import { parseArgs } from "node:util";
import * as Account from "@tintype/core/account";
import { openPostgres } from "../adapters/db-postgres.ts";
import { metricsToken } from "../adapters/derived-token.ts";
import type { Command } from "./command.ts";

/** `tintype metrics`: the token for `/metrics`. */
export const metrics: Command = {
  name: "metrics",
  summary: "Print the token with which Prometheus reads /metrics",
  usage: "metrics",
  async run({ args, print, settings }) {
    parseArgs({ args: [...args], options: {} });
    const { db, close } = await openPostgres({ url: settings().databaseUrl });
    try {
      print(metricsToken(await Account.sessionSecret({ actor: { kind: "system" }, db })));
      return 0;
    } finally {
      await close();
    }
  },
};
