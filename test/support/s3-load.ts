import { createHash, randomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openHttp, requestHead } from "./s3-http.ts";
import { KEYS, type S3Process, startOwn } from "./s3-process.ts";
import { encodeKey, signHeaders } from "./s3-sign.ts";

const BUCKET = "photos";
const KEY_COUNT = 8;
const PART = 5 << 20;

/** What an object may be after a crash: the version that was acknowledged last, or one whose fate the crash left open. */
type Fate = { acknowledged: string | undefined; open: Set<string | undefined> };

export type CrashResult = { cycles: number; acknowledged: number; objects: number; problems: string[] };

/**
 * Starts the server on `dir`, puts, overwrites, deletes and completes multipart uploads from several clients at once, kills it with -9 at a
 * random moment, starts it again and reads everything. A problem is an acknowledged object that is lost, torn or older than acknowledged,
 * and any object that never was sent whole.
 */
export async function crash(dir: string, cycles: number, tell: (line: string) => void = () => undefined): Promise<CrashResult> {
  const fates = new Map<string, Fate>();
  const problems: string[] = [];
  let acknowledged = 0;
  let server = await startOwn(dir);
  const first = createClient(server);
  await first.ask("PUT", "");
  await first.close();
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const state = { stopped: false, acknowledged: 0 };
    const clients = Array.from({ length: 6 }, async (_, index) => work(server, index, fates, state));
    await sleep(randomInt(30, 600));
    state.stopped = true;
    await server.stop("SIGKILL");
    await Promise.all(clients);
    acknowledged += state.acknowledged;
    server = await startOwn(dir);
    problems.push(...(await verify(server, fates)).map((problem) => `cycle ${cycle}: ${problem}`));
    tell(`cycle ${cycle}: ${state.acknowledged} acknowledged, ${problems.length} problems`);
  }
  await server.stop();
  return { cycles, acknowledged, objects: fates.size, problems };
}

/** One client changes its own share of the keys, so that it knows what each of them must be. */
async function work(
  server: S3Process,
  index: number,
  fates: Map<string, Fate>,
  state: { stopped: boolean; acknowledged: number },
): Promise<void> {
  const client = createClient(server);
  while (!state.stopped) {
    const key = `${index}/k ${randomInt(KEY_COUNT)}${randomInt(4) === 0 ? "/deep/é.jpg" : ""}`;
    const fate = fates.get(key) ?? { acknowledged: undefined, open: new Set() };
    fates.set(key, fate);
    const change = randomChange();
    const sum = change.kind === "delete" ? undefined : md5(Buffer.concat(change.bodies));
    fate.open.add(sum);
    try {
      await client.change(key, change);
      fate.acknowledged = sum;
      fate.open.clear();
      state.acknowledged++;
    } catch {
      if (!state.stopped) await sleep(20);
      if (client.broken()) break;
    }
  }
  await client.close();
}

type Change = { kind: "put" | "multipart"; bodies: Buffer[] } | { kind: "delete" };

function randomChange(): Change {
  const roll = randomInt(20);
  if (roll < 3) return { kind: "delete" };
  if (roll < 5) return { kind: "multipart", bodies: [randomBytes(PART), randomBytes(randomInt(100_000))] };
  return { kind: "put", bodies: [randomBytes(roll < 16 ? randomInt(50_000) : randomInt(3_000_000))] };
}

async function verify(server: S3Process, fates: Map<string, Fate>): Promise<string[]> {
  const client = createClient(server);
  const problems: string[] = [];
  for (const [key, fate] of fates) {
    const sum = await client.read(key);
    const allowed = new Set([fate.acknowledged, ...fate.open]);
    if (!allowed.has(sum)) {
      problems.push(`${key} is ${sum ?? "missing"}, may be ${[...allowed].map((one) => one ?? "missing").join(" or ")}`);
    }
    // From here on it is what it is.
    fates.set(key, { acknowledged: sum, open: new Set() });
  }
  const listed = await client.list();
  const there = [...fates].filter(([, { acknowledged }]) => acknowledged !== undefined).map(([key]) => key);
  for (const key of there) if (!listed.has(key)) problems.push(`${key} is not listed`);
  for (const key of listed) if (!there.includes(key)) problems.push(`${key} is listed and was never there`);
  await client.close();
  return problems;
}

type Answer = { status: number; body: Buffer; etag: string };

type Client = {
  ask(method: string, path: string, query?: string, body?: Buffer): Promise<Answer>;
  change(key: string, change: Change): Promise<void>;
  /** The MD5 of an object, checked against its own etag; undefined when there is none. */
  read(key: string): Promise<string | undefined>;
  list(): Promise<Set<string>>;
  /** Whether its server is gone. */
  broken(): boolean;
  close(): Promise<void>;
};

function createClient({ url }: S3Process): Client {
  const connection = openHttp(url);
  connection.catch(() => undefined);
  let broken = false;

  async function ask(method: string, path: string, query = "", body: Buffer = Buffer.alloc(0)): Promise<Answer> {
    const target = `/${BUCKET}${path}`;
    const pairs = query.split("&").filter((pair) => pair !== "");
    const headers = { host: new URL(url).host, "content-length": String(body.length) };
    const signed = signHeaders({ method, path: target, query: pairs.map(split), headers, payload: "UNSIGNED-PAYLOAD", keys: KEYS });
    const head = requestHead(method, query === "" ? target : `${target}?${query}`, signed.headers);
    try {
      const answer = await (await connection).request(head, body.length > 0 ? [body] : []);
      if (answer.status >= 300 && answer.status !== 404) throw new Error(`${method} ${target}: ${answer.status} ${answer.body.toString()}`);
      return { status: answer.status, body: answer.body, etag: answer.headers["etag"] ?? "" };
    } catch (error) {
      broken = true;
      throw error;
    }
  }

  async function upload(path: string, bodies: readonly Buffer[]): Promise<void> {
    const started = await ask("POST", path, "uploads");
    const id = /<UploadId>([^<]*)/u.exec(started.body.toString())?.[1] ?? "";
    const parts: string[] = [];
    for (const [index, body] of bodies.entries()) {
      const { etag } = await ask("PUT", path, `partNumber=${index + 1}&uploadId=${id}`, body);
      parts.push(`<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag.replaceAll('"', "")}</ETag></Part>`);
    }
    const list = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    await ask("POST", path, `uploadId=${id}`, Buffer.from(list));
  }

  return {
    ask,
    async change(key, change) {
      const path = `/${encodeKey(key)}`;
      if (change.kind === "delete") await ask("DELETE", path);
      else if (change.kind === "put") await ask("PUT", path, "", change.bodies[0]);
      else await upload(path, change.bodies);
    },
    async read(key) {
      const { status, body, etag } = await ask("GET", `/${encodeKey(key)}`);
      if (status === 404) return undefined;
      const sum = md5(body);
      return etag.includes("-") || etag === `"${sum}"` ? sum : `torn: ${etag} is not ${sum}`;
    },
    async list() {
      const keys = new Set<string>();
      const token: { next: string } = { next: "" };
      do {
        const query = `encoding-type=url&list-type=2${token.next === "" ? "" : `&continuation-token=${token.next}`}`;
        const text = (await ask("GET", "", query)).body.toString();
        for (const [, key = ""] of text.matchAll(/<Key>([^<]*)/gu)) keys.add(decodeURIComponent(key));
        token.next = /<NextContinuationToken>([^<]*)/u.exec(text)?.[1] ?? "";
      } while (token.next !== "");
      return keys;
    },
    broken: () => broken,
    async close() {
      await connection.then(
        (open) => open.close(),
        () => undefined,
      );
    },
  };
}

function split(pair: string): [string, string] {
  const [name = "", value = ""] = pair.split("=");
  return [name, value];
}

function md5(data: Buffer): string {
  return createHash("md5").update(data).digest("hex");
}
