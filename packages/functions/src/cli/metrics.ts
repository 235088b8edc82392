import { parseArgs } from "node:util";
import * as Account from "@tintype/core/account";
import { AppError } from "@tintype/core/kernel";
import { openPostgres } from "../adapters/db-postgres.ts";
import { tablesOf } from "../adapters/db-tables.ts";
import { metricsToken } from "../adapters/derived-token.ts";
import type { Command } from "./command.ts";

/** `tintype metrics`: the token for `/metrics`. */
export const metrics: Command = {
  name: "metrics",
  summary: "Print the token with which Prometheus reads /metrics",
  usage: "metrics",
  async run({ args, print, settings }) {
    parseArgs({ args: [...args], options: {} });
    // It may be of another version than the processes that run: it changes nothing.
    const { db, close } = await openPostgres({ url: settings().databaseUrl, migrations: [] });
    try {
      const tables = await tablesOf(db);
      const secret = tables.includes("setting") ? await Account.knownSessionSecret({ actor: { kind: "system" }, db }) : undefined;
      if (secret === undefined) {
        throw new AppError(
          "conflict",
          "There is no token yet: it comes into being when Tintype is started for the first time. Start it once.",
        );
      }
      print(metricsToken(secret));
      return 0;
    } finally {
      await close();
    }
  },
};
