import type { Observations } from "@tintype/core/doctor";
import pg from "pg";
import { silenceOf } from "./doctor-ask.ts";
import { isRefusal } from "./db-error.ts";
import { codeOf } from "./error-code.ts";

const TIMEOUT_MS = 5_000;
/** Nothing of ours is in there yet. */
const NO_TABLE = "42P01";

type Notes = Pick<Observations["hook"], "seenAt" | "refusedAt">;

/** What Postgres answers to a client of its own, within 5 s: its clock, and when the store's messages came last. Changes nothing. */
export async function lookAtDatabase(url: string): Promise<{ database: Observations["database"]; notes: Notes }> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: "tintype doctor",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const began = Date.now();
    const { rows } = await client.query<{ now: number }>("select (extract(epoch from clock_timestamp()) * 1000)::float8 as now");
    const skewMs = Math.round((rows[0]?.now ?? began) - (began + Date.now()) / 2);
    return { database: { skewMs }, notes: await notesOf(client) };
  } catch (error) {
    return { database: { failure: failureOf(error) }, notes: {} };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function notesOf(client: pg.Client): Promise<Notes> {
  const text = "select name, value #>> '{}' as at from setting where name in ('hook.seen', 'hook.refused')";
  const { rows } = await client.query<{ name: string; at: string }>(text).catch((error: unknown) => {
    if (codeOf(error) === NO_TABLE) return { rows: [] };
    throw error;
  });
  const at = (name: string): number | undefined => {
    const found = rows.find((row) => row.name === name);
    return found && Date.parse(found.at);
  };
  const [seenAt, refusedAt] = [at("hook.seen"), at("hook.refused")];
  return { ...(seenAt !== undefined && { seenAt }), ...(refusedAt !== undefined && { refusedAt }) };
}

function failureOf(error: unknown): NonNullable<Observations["database"]["failure"]> {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (isRefusal(error)) return { why: "denied", detail: message };
  const silence = silenceOf(error);
  return code === "" ? { why: "silent", detail: message } : { ...silence, detail: code };
}
