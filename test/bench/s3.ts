import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpConnection, openHttp, requestHead } from "../support/s3-http.ts";
import { KEYS, type S3Process, startMinio, startOwn, startVersity } from "../support/s3-process.ts";
import { encodeKey, sha256, signHeaders } from "../support/s3-sign.ts";
import type { Bench, Report } from "./report.ts";

const MB = 1 << 20;
const BUCKET = "bench";
const LISTED = 100_000;

type Contestant = { name: string; server: S3Process; dir: string };
type Request = { method: string; key?: string; query?: [string, string][]; body?: Buffer; hash?: string };

const EMPTY = sha256("");

function head({ server: { url } }: Contestant, { method, key = "", query = [], body, hash = EMPTY }: Request): string {
  const path = `/${BUCKET}${key === "" ? "" : `/${encodeKey(key)}`}`;
  const given: Record<string, string> = { host: new URL(url).host };
  if (body) given["content-length"] = String(body.length);
  const { headers } = signHeaders({ method, path, query, headers: given, payload: hash, keys: KEYS });
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return requestHead(method, search === "" ? path : `${path}?${search}`, headers);
}

async function ask(connection: HttpConnection, contestant: Contestant, request: Request): Promise<Buffer> {
  const answer = await connection.request(head(contestant, request), request.body ? [request.body] : []);
  if (answer.status >= 300) {
    throw new Error(`${contestant.name}: ${request.method} ${request.key}: ${answer.status} ${answer.body.toString()}`);
  }
  return answer.body;
}

/** Does `count` requests over `parallel` connections. */
async function many(contestant: Contestant, count: number, parallel: number, request: (index: number) => Request): Promise<void> {
  const connections = await Promise.all(Array.from({ length: parallel }, async () => openHttp(contestant.server.url, { keepBody: false })));
  let next = 0;
  const work = async (connection: HttpConnection): Promise<void> => {
    for (let index = next++; index < count; index = next++) await ask(connection, contestant, request(index));
  };
  await Promise.all(connections.map(work));
  for (const connection of connections) connection.close();
}

function variants(
  contestants: readonly Contestant[],
  work: (contestant: Contestant) => Promise<void>,
): Record<string, () => Promise<void>> {
  return Object.fromEntries(contestants.map((contestant) => [contestant.name, async () => work(contestant)]));
}

async function listAll(contestant: Contestant): Promise<void> {
  const connection = await openHttp(contestant.server.url);
  let count = 0;
  for (let token: string | undefined, more = true; more;) {
    const query: [string, string][] = [
      ["list-type", "2"],
      ["prefix", "list/"],
      ...(token === undefined ? [] : [["continuation-token", token] as [string, string]]),
    ];
    const text = (await ask(connection, contestant, { method: "GET", query })).toString();
    count += text.split("<Key>").length - 1;
    token = /<NextContinuationToken>([^<]*)</u.exec(text)?.[1];
    more = token !== undefined;
  }
  connection.close();
  if (count !== LISTED) throw new Error(`${contestant.name} listed ${count} keys.`);
}

async function run(report: Report): Promise<void> {
  const root = await mkdtemp(join(process.env["BENCH_DIR"] ?? tmpdir(), "bench-s3-"));
  const contestants: Contestant[] = [];
  const starts = { ours: startOwn, versitygw: startVersity, minio: startMinio };
  for (const [name, start] of Object.entries(starts)) {
    const dir = await mkdtemp(join(root, `${name}-`));
    const server = await start(dir);
    if (server) contestants.push({ name, server, dir });
    else console.log(`  ${name} is not installed: left out`);
  }
  try {
    for (const contestant of contestants) {
      const connection = await openHttp(contestant.server.url);
      await ask(connection, contestant, { method: "PUT" });
      connection.close();
    }
    await measure(report, contestants);
  } finally {
    for (const { server } of contestants) await server.stop();
    await rm(root, { recursive: true, force: true });
  }
}

async function measure(report: Report, contestants: readonly Contestant[]): Promise<void> {
  const only = process.env["BENCH_ONLY"];
  const wants = (name: string): boolean => only === undefined || only.split(",").includes(name);
  const goal = { atLeast: 1 };
  const big = randomBytes(100 * MB);
  const bigHash = sha256(big);
  if (wants("big")) {
    const put = variants(contestants, async (it) => many(it, 1, 1, () => ({ method: "PUT", key: "big", body: big, hash: bigHash })));
    await report.contest({ what: "PUT of 100 MB, sha256 signed", amount: 100, unit: "MB", runs: 5, goal, variants: put });
    const get = variants(contestants, async (it) => many(it, 1, 1, () => ({ method: "GET", key: "big" })));
    await report.contest({ what: "GET of 100 MB", amount: 100, unit: "MB", runs: 5, goal, variants: get });
  }
  const middle = Array.from({ length: 16 }, (_, index) => big.subarray(index * 4 * MB, (index + 1) * 4 * MB));
  const middleHash = middle.map(sha256);
  if (wants("middle")) {
    const put = variants(contestants, async (it) =>
      many(it, 1000, 8, (index) => ({
        method: "PUT",
        key: `photo/${index % 100}/${index}.jpg`,
        body: middle[index % 16] ?? big,
        hash: middleHash[index % 16] ?? "",
      })),
    );
    await report.contest({ what: "PUT of 1,000 × 4 MB, 8 at a time", amount: 4000, unit: "MB", runs: 3, goal, variants: put });
  }
  const small = big.subarray(0, 15 * 1024);
  const smallHash = createHash("sha256").update(small).digest("hex");
  if (wants("small")) {
    const put = variants(contestants, async (it) =>
      many(it, 2000, 8, (index) => ({ method: "PUT", key: `thumb/${index % 100}/${index}.webp`, body: small, hash: smallHash })),
    );
    await report.contest({ what: "PUT of 2,000 × 15 KB, 8 at a time", amount: 2000, unit: "objects", runs: 5, goal, variants: put });
    const get = variants(contestants, async (it) =>
      many(it, 4000, 8, (index) => ({ method: "GET", key: `thumb/${index % 100}/${index % 2000}.webp` })),
    );
    await report.contest({ what: "GET of 4,000 × 15 KB, 8 at a time", amount: 4000, unit: "objects", runs: 5, goal, variants: get });
  }
  if (wants("list")) {
    const empty = Buffer.from("x");
    for (const it of contestants) {
      await many(it, LISTED, 16, (index) => ({
        method: "PUT",
        key: `list/${Math.trunc(index / 1000)}/${index}.jpg`,
        body: empty,
        hash: sha256(empty),
      }));
    }
    await report.contest({
      what: "List of 100,000 keys",
      amount: LISTED,
      unit: "keys",
      runs: 3,
      goal,
      variants: variants(contestants, listAll),
    });
  }
}

export const name: Bench["name"] = "s3";
export { run };
