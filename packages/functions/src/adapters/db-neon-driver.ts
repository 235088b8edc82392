import { Client, neon } from "@neondatabase/serverless";
import type { Driver } from "./db-drizzle.ts";
import { databaseError } from "./db-error.ts";
import { runOn, types } from "./db-query.ts";
import { toWire } from "./db-values.ts";

/**
 * Neon's driver, at the edge as well: single statements by HTTP, with no connection to keep, and several that read in one request; a transaction by a
 * WebSocket of its own, because HTTP has none that could be talked to. `onQuery` is told of each of these: it keeps the database awake.
 */
export function neonDriver(url: string, onQuery?: () => void): Driver {
  const http = neon<boolean, true>(url, { fullResults: true });
  return {
    run: async ({ sql, params, rowMode }) => {
      onQuery?.();
      const answer = http.query(sql, params.map(toWire), { arrayMode: rowMode === "array", fullResults: true, types });
      const { rows, rowCount } = await answer.catch((error: unknown) => {
        throw databaseError(error);
      });
      return { rows, rowCount };
    },
    read: async (statements) => {
      onQuery?.();
      const queries = statements.map(({ sql, params, rowMode }) =>
        http.query(sql, params.map(toWire), { arrayMode: rowMode === "array", fullResults: true, types }),
      );
      const results = await http.transaction(queries, { readOnly: true, isolationLevel: "RepeatableRead" }).catch((error: unknown) => {
        throw databaseError(error);
      });
      return results.map(({ rows, rowCount }) => ({ rows, rowCount }));
    },
    session: async (work) => {
      onQuery?.();
      const client = new Client(url);
      // A connection that breaks fails the statement under way; without a listener the process would end.
      client.on("error", ignore);
      try {
        await client.connect();
      } catch (error) {
        throw databaseError(error);
      }
      try {
        return await work(runOn(client));
      } finally {
        await client.end();
      }
    },
  };
}

function ignore(): void {
  return undefined;
}
