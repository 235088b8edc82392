import type { Result, Run } from "./db-drizzle.ts";
import { databaseError } from "./db-error.ts";
import { fromWire, toWire } from "./db-values.ts";

/** Makes the drivers that are node-postgres's kin read all values by our one table. */
export const types = { getTypeParser: (oid: number) => (text: string) => fromWire(oid, text) };

type Query = { text: string; values: unknown[]; types: typeof types; rowMode?: "array"; query_timeout?: number };

/** What node-postgres's pool and clients, and Neon's client, have in common. */
type Queryable = {
  query(statement: Query): Promise<{ rows: unknown[]; rowCount: number | null }>;
};

/** How statements run on a pool or client; one that is not answered within `limitMs` fails. */
export function runOn(client: Queryable, limitMs = Infinity): Run {
  return async ({ sql, params, rowMode }): Promise<Result> => {
    const limit = Number.isFinite(limitMs) && { query_timeout: limitMs };
    const statement = { text: sql, values: params.map(toWire), types, ...(rowMode === "array" && { rowMode }), ...limit };
    const { rows, rowCount } = await client.query(statement).catch((error: unknown) => {
      throw databaseError(error);
    });
    return { rows, rowCount: rowCount ?? 0 };
  };
}
