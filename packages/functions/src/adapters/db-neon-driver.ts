import { Client, neon } from "@neondatabase/serverless";
import { AppError, isOutage, within } from "@tintype/core/kernel";
import type { Driver } from "./db-drizzle.ts";
import { databaseError } from "./db-error.ts";
import { runOn, types } from "./db-query.ts";
import { toWire } from "./db-values.ts";

export type NeonLimits = {
  /** How long a connection for a transaction may take to be made, a database that has to wake included: 10 s when absent. */
  connectMs?: number;
  /** How long a statement may take, in a transaction or out of it: 15 s when absent. */
  answerMs?: number;
};

/** One after the other, and the end, all three are less than the 30 s of the function that people wait for. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 15_000;
/** Nothing depends on it: what was written is written. */
const END_MS = 2_000;

/**
 * Neon's driver, at the edge as well: single statements by HTTP, with no connection to keep, and several that read in one request; a transaction by a
 * WebSocket of its own, because HTTP has none that could be talked to. `onQuery` is told of each of these: it keeps the database awake. What is not
 * answered in time throws `database_unavailable`, and may have been done.
 */
export function neonDriver(url: string, onQuery?: () => void, limits: NeonLimits = {}): Driver {
  const { connectMs = CONNECT_MS, answerMs = ANSWER_MS } = limits;
  const http = neon<boolean, true>(url, { fullResults: true });
  const limited = () => Number.isFinite(answerMs) && { fetchOptions: { signal: AbortSignal.timeout(answerMs) } };
  return {
    run: async ({ sql, params, rowMode }) => {
      onQuery?.();
      const options = { arrayMode: rowMode === "array", fullResults: true, types, ...limited() } as const;
      const { rows, rowCount } = await http.query(sql, params.map(toWire), options).catch((error: unknown) => {
        throw databaseError(error);
      });
      return { rows, rowCount };
    },
    read: async (statements) => {
      onQuery?.();
      const queries = statements.map(({ sql, params, rowMode }) =>
        http.query(sql, params.map(toWire), { arrayMode: rowMode === "array", fullResults: true, types }),
      );
      const options = { readOnly: true, isolationLevel: "RepeatableRead", ...limited() } as const;
      const results = await http.transaction(queries, options).catch((error: unknown) => {
        throw databaseError(error);
      });
      return results.map(({ rows, rowCount }) => ({ rows, rowCount }));
    },
    session: async (work) => {
      onQuery?.();
      const client = new Client({ connectionString: url, connectionTimeoutMillis: connectMs });
      // A connection that breaks fails the statement under way; without a listener the process would end.
      client.on("error", ignore);
      let ended: Promise<void> | undefined;
      const end = (): Promise<void> => (ended ??= client.end().catch(ignore));
      try {
        await answered(connectMs, client.connect());
      } catch (error) {
        // One that is made after all would keep the database awake.
        void end();
        throw databaseError(error);
      }
      const run = runOn(client);
      try {
        return await work((statement) =>
          answered(answerMs, run(statement)).catch((error: unknown) => {
            // Nothing more is asked here, not even a rollback: it would wait as long again.
            if (isOutage(error)) void end();
            throw error;
          }),
        );
      } finally {
        if (!ended) await within(END_MS, end());
      }
    },
  };
}

/** Not left to the driver: where it gives up, it waits for the other side to agree to that. */
async function answered<T>(limitMs: number, answer: Promise<T>): Promise<T> {
  if (!Number.isFinite(limitMs)) return answer;
  const came = await within(
    limitMs,
    answer.then((value) => ({ value })),
  );
  if (came) return came.value;
  throw new AppError("database_unavailable", "The database does not answer.");
}

function ignore(): void {
  return undefined;
}
