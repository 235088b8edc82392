import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@tintype/s3";
import { type HttpConnection, openHttp, requestHead } from "../support/s3-http.ts";
import { KEYS, type S3Process, startMinio, startOwn, startVersity } from "../support/s3-process.ts";
import { encodeKey, sha256, signHeaders } from "../support/s3-sign.ts";
import type { Bench, Report } from "./report.ts";

const MB = 1 << 20;
const BUCKET = "bench";
const LISTED = 100_000;
const LARGE = 2048;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

type Contestant = { name: string; server: S3Process };
/**
 * A body with its sha256, which every server has to verify. Pinned, it is a checksum header, as in our presigned PUTs; else it is the payload's hash.
 */
type Body = { data: Buffer; hash: string; pinned: boolean };
type Request = { method: string; key?: string; query?: [string, string][]; body?: Body };

const EMPTY = sha256("");

function bodyOf(data: Buffer, pinned = false): Body {
  return { data, hash: sha256(data), pinned };
}

function head({ server: { url } }: Contestant, { method, key = "", query = [], body }: Request): string {
  const path = `/${BUCKET}${key === "" ? "" : `/${encodeKey(key)}`}`;
  const given: Record<string, string> = { host: new URL(url).host };
  if (body) given["content-length"] = String(body.data.length);
  if (body?.pinned === true) given["x-amz-checksum-sha256"] = Buffer.from(body.hash, "hex").toString("base64");
  const payload = body?.pinned === true ? "UNSIGNED-PAYLOAD" : (body?.hash ?? EMPTY);
  const { headers } = signHeaders({ method, path, query, headers: given, payload, keys: KEYS });
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return requestHead(method, search === "" ? path : `${path}?${search}`, headers);
}

async function ask(connection: HttpConnection, contestant: Contestant, request: Request): Promise<Buffer> {
  const answer = await connection.request(head(contestant, request), request.body ? [request.body.data] : []);
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

async function listAll(contestant: Contestant): Promise<void> {
  const connection = await openHttp(contestant.server.url);
  let count = 0;
  for (let token = ""; ;) {
    const query: [string, string][] = [
      ["list-type", "2"],
      ["prefix", "list/"],
    ];
    if (token !== "") query.push(["continuation-token", token]);
    const text = (await ask(connection, contestant, { method: "GET", query })).toString();
    count += text.split("<Key>").length - 1;
    token = /<NextContinuationToken>([^<]*)</u.exec(text)?.[1] ?? "";
    if (token === "") break;
  }
  connection.close();
  if (count !== LISTED) throw new Error(`${contestant.name} listed ${count} keys.`);
}

/** Milliseconds of processor time that a process has taken. */
async function cpuOf({ server: { pid } }: Contestant): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

type Test = { what: string; amount: number; unit: string; runs: number; work: (contestant: Contestant) => Promise<void> };

/** The race by the clock, and what it cost each in processor time, which a busy machine blurs less. */
async function race(report: Report, contestants: readonly Contestant[], { what, amount, unit, runs, work }: Test): Promise<void> {
  const spent = new Map<string, number>();
  const variants = contestants.map((contestant): [string, () => Promise<number>] => [
    contestant.name,
    async () => {
      const [before, begin] = [await cpuOf(contestant), performance.now()];
      await work(contestant);
      const seconds = (performance.now() - begin) / 1000;
      spent.set(contestant.name, (spent.get(contestant.name) ?? 0) + (await cpuOf(contestant)) - before);
      return seconds;
    },
  ]);
  await report.contest({ what, amount, unit, runs, goal: { atLeast: 1 }, variants: Object.fromEntries(variants) });
  for (const [name, ms] of spent) {
    report.figure({ what: `${what}: processor time of ${name}`, value: ms / runs / amount, unit: `ms/${unit}` });
  }
}

function tests(): Record<string, () => Promise<Test> | Test> {
  const big = randomBytes(100 * MB);
  const photos = (pinned: boolean): Body[] =>
    Array.from({ length: 16 }, (_, index) => bodyOf(big.subarray(index * 4 * MB, (index + 1) * 4 * MB), pinned));
  const put =
    (key: (index: number) => string, bodies: readonly Body[]) =>
    (index: number): Request => {
      const body = bodies[index % bodies.length];
      return { method: "PUT", key: key(index), ...(body ? { body } : {}) };
    };
  const photo = (index: number): string => `photo/${index % 100}/${index}.jpg`;
  const thumb = (index: number): string => `thumb/${index % 100}/${index % 2000}.webp`;
  const times = (count: number, parallel: number, request: (index: number) => Request) => async (contestant: Contestant) =>
    many(contestant, count, parallel, request);
  const [mb, objects] = [{ unit: "MB" }, { unit: "objects" }];
  return {
    "big-put": () => ({
      what: "PUT of 100 MB, sha256 signed",
      amount: 100,
      ...mb,
      runs: 7,
      work: times(
        1,
        1,
        put(() => "big", [bodyOf(big, true)]),
      ),
    }),
    "big-put-payload": () => ({
      what: "PUT of 100 MB, sha256 as payload hash",
      amount: 100,
      ...mb,
      runs: 7,
      work: times(
        1,
        1,
        put(() => "big", [bodyOf(big)]),
      ),
    }),
    "big-get": () => ({ what: "GET of 100 MB", amount: 100, ...mb, runs: 7, work: times(1, 1, () => ({ method: "GET", key: "big" })) }),
    photos: () => ({
      what: "PUT of 1,000 × 4 MB, 8 at a time",
      amount: 4000,
      ...mb,
      runs: 3,
      work: times(1000, 8, put(photo, photos(true))),
    }),
    "photos-payload": () => ({
      what: "the same, sha256 as payload hash",
      amount: 4000,
      ...mb,
      runs: 3,
      work: times(1000, 8, put(photo, photos(false))),
    }),
    // Small PUTs are a race of fsyncs. versitygw takes part without any: strace sees none in its PUTs.
    "small-put": () => ({
      what: "PUT of 2,000 × 15 KB, 8 at a time",
      amount: 2000,
      ...objects,
      runs: 7,
      work: times(2000, 8, put(thumb, [bodyOf(big.subarray(0, 15_360))])),
    }),
    "small-get": () => ({
      what: "GET of 4,000 × 15 KB, 8 at a time",
      amount: 4000,
      ...objects,
      runs: 7,
      work: times(4000, 8, (index) => ({ method: "GET", key: thumb(index) })),
    }),
    list: () => ({ what: "List of 100,000 keys", amount: LISTED, unit: "keys", runs: 3, work: listAll }),
  };
}

/** One object of 2 GB in and out; a client that never waits for anything but the socket. */
async function measureMemory(report: Report, own: Contestant): Promise<void> {
  const part = randomBytes(4 * MB);
  const size = LARGE * MB;
  const headers = { host: new URL(own.server.url).host, "content-length": String(size) };
  const { headers: signed } = signHeaders({ method: "PUT", path: `/${BUCKET}/large`, headers, payload: "UNSIGNED-PAYLOAD", keys: KEYS });
  const connection = await openHttp(own.server.url, { keepBody: false });
  const parts = Array.from({ length: size / part.length }, () => part);
  const put = await connection.request(requestHead("PUT", `/${BUCKET}/large`, signed), parts);
  if (put.status !== 200) throw new Error(`The PUT of 2 GB was answered with ${put.status}.`);
  await ask(connection, own, { method: "GET", key: "large" });
  connection.close();
  report.figure({
    what: "Memory after 2 GB in and out, the most",
    value: own.server.memory().peak / MB,
    unit: "MB",
    goal: { atMost: 150 },
  });
}

/** Starts over a folder of 100,000 files: all of them new, as with a lost index, and with everything known. */
async function measureStart(report: Report, dir: string): Promise<void> {
  for (let folder = 0; folder < LISTED / 1000; folder++) {
    await mkdir(join(dir, `${BUCKET}/${folder}`), { recursive: true });
    for (let file = 0; file < 1000; file++) writeFileSync(join(dir, `${BUCKET}/${folder}/${file}.jpg`), "x");
  }
  const start = async (what: string, goal: number): Promise<void> => {
    const begin = performance.now();
    const server = await createServer({ dir, credentials: [KEYS] });
    report.figure({
      what: `Start with 100,000 objects, ${what}`,
      value: (performance.now() - begin) / 1000,
      unit: "s",
      goal: { atMost: goal },
    });
    const told = performance.now();
    await server.rescan();
    report.figure({ what: `All of them told of, ${what}`, value: (performance.now() - told) / 1000, unit: "s" });
    await server.close();
  };
  await start("all of them new", 10);
  await start("nothing changed", 3);
}

async function run(report: Report): Promise<void> {
  const root = await mkdtemp(join(process.env["BENCH_DIR"] ?? tmpdir(), "bench-s3-"));
  const only = process.env["BENCH_ONLY"]?.split(",");
  const contestants: Contestant[] = [];
  try {
    if (!only || only.includes("memory")) {
      const own = { name: "ours", server: await startOwn(join(root, "memory")) };
      await many(own, 1, 1, () => ({ method: "PUT" }));
      await measureMemory(report, own);
      await own.server.stop();
      await rm(join(root, "memory"), { recursive: true });
    }
    if (!only || only.includes("start")) await measureStart(report, join(root, "start"));
    for (const [name, start] of Object.entries({ ours: startOwn, versitygw: startVersity, minio: startMinio })) {
      const server = await start(await mkdtemp(join(root, `${name}-`)));
      if (server) contestants.push({ name, server });
      else console.log(`  ${name} is not installed: left out`);
    }
    for (const contestant of contestants) await many(contestant, 1, 1, () => ({ method: "PUT" }));
    for (const [name, test] of Object.entries(tests())) {
      if (only && !only.includes(name)) continue;
      if (name === "list") await fillForList(contestants);
      await race(report, contestants, await test());
    }
  } finally {
    for (const { server } of contestants) await server.stop();
    await rm(root, { recursive: true, force: true });
  }
}

async function fillForList(contestants: readonly Contestant[]): Promise<void> {
  const body = bodyOf(Buffer.from("x"));
  for (const contestant of contestants) {
    await many(contestant, LISTED, 16, (index) => ({ method: "PUT", key: `list/${Math.trunc(index / 1000)}/${index}.jpg`, body }));
  }
}

export const name: Bench["name"] = "s3";
export { run };
