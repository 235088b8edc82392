import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { account } from "@tintype/core/account/table";
import { type Ctx, type Database, type Log, newId } from "@tintype/core/kernel";
import { type Api, createApi, type Deps } from "@tintype/functions/api";
import { afterAll, beforeAll } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { mustConform } from "./document.ts";
import { addPerson, systemOn } from "./person.ts";
import { quick } from "./share.ts";
import { borrowDatabase } from "./shared-database.ts";

export const ORIGIN = "http://photos.test:3000";
export const STORE_ORIGIN = "http://photos.test:3001";
export const SETUP_TOKEN = "one-time-token-of-the-tests";
export const OWNER = { name: "Anna Müller", email: "anna@example.org", password: "correct horse battery" };

/** One line of the log, with the fields of the logs that it came through. */
export type Line = { level: string; event: string } & Record<string, unknown>;

/** A log that remembers. */
export function recorder(lines: Line[], bound: Record<string, unknown> = {}): Log {
  const write =
    (level: string) =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      lines.push({ level, event, ...bound, ...fields });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (fields) => recorder(lines, { ...bound, ...fields }),
  };
}

export type TestApi = { app: Api; db: Database; system: Ctx; lines: Line[] };

/** The whole API on a real Postgres of its own, one for a test file; `change` replaces what the runtime would hand in. */
export function useApi(change: (system: Ctx) => Partial<Deps> = () => ({})): () => TestApi {
  let open: OpenDatabase | undefined;
  let made: TestApi | undefined;
  beforeAll(async () => {
    open = await borrowDatabase();
    made = apiOn(open.db, change);
  });
  afterAll(() => open?.close());
  return () => {
    if (!made) throw new Error("the database did not open");
    return made;
  };
}

/** The API on this database. */
export function apiOn(db: Database, change: (system: Ctx) => Partial<Deps> = () => ({})): TestApi {
  const lines: Line[] = [];
  const log = recorder(lines);
  const system = systemOn(db, { log });
  const { store, queue, now } = system;
  const app = createApi({
    db,
    store,
    publicStore: () => ({ origin: STORE_ORIGIN, sign: { get: () => "", put: () => Promise.reject(), part: () => Promise.reject() } }),
    place: { bucket: "photos", endpoint: "http://store.internal:9000" },
    queue,
    now,
    log,
    authSecret: "a secret of the tests, at least 32 characters",
    passwords: quick,
    setupTokenSha256: sha256(utf8ToBytes(SETUP_TOKEN)),
    ...change(system),
  });
  return { app, db, system, lines };
}

/** The JSON of an answer, untyped: tests look at what is really there. */
export const jsonOf = async (response: Response | Promise<Response>) => JSON.parse(await (await response).text());

/**
 * What a browser does with this API: sends its cookie and its origin, and keeps the cookie that it is given. Every answer must be what the
 * OpenAPI document tells.
 */
export type Browser = {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  cookie(): string;
  /** One with the same cookies, for what may change them. */
  copy(): Browser;
};

export function browse(app: Api, origin = ORIGIN, address = "10.0.0.1", cookies: Iterable<[string, string]> = []): Browser {
  const jar = new Map(cookies);
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...(jar.size > 0 && { cookie: cookie() }), ...init.headers };
    const response = await app.request(`${origin}${path}`, { ...init, headers }, { address });
    await mustConform(app, init.method ?? "GET", path, response);
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
      if (/max-age=0/iu.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  return {
    get: (path, headers = {}) => request(path, { headers }),
    send: (method, path, body, headers = {}) => {
      const json = { origin, ...(body !== undefined && { "content-type": "application/json" }), ...headers };
      return request(path, {
        method,
        headers: json,
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    },
    cookie,
    copy: () => browse(app, origin, address, jar),
  };
}

/** Sets the library up; the browser is then signed in as its owner. */
export async function setUpOwner({ app }: TestApi): Promise<Browser> {
  const browser = browse(app);
  const response = await browser.send("POST", "/api/setup", { token: SETUP_TOKEN, ...OWNER });
  if (response.status !== 201) throw new Error(`set-up answered ${response.status}: ${await response.text()}`);
  return browser;
}

/** Another person, with the owner's password; the browser is signed in as them. */
export async function addMember({ app, system, db }: TestApi, name: string): Promise<{ id: string; browser: Browser }> {
  const { id } = await addPerson(system, name);
  const [credential] = await db.select().from(account).limit(1);
  await db
    .insert(account)
    .values({ id: newId(), accountId: id, providerId: "credential", userId: id, password: credential?.password ?? null });
  const browser = browse(app, ORIGIN, `10.0.1.${(Number.parseInt(id.slice(-2), 16) % 250) + 1}`);
  const answer = await browser.send("POST", "/api/auth/sign-in/email", {
    email: `${name.toLowerCase()}@example.org`,
    password: OWNER.password,
  });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${await answer.text()}`);
  return { id, browser };
}
