import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { canPin, type Capabilities, CHECKS } from "@tintype/core/storage";
import { createServer, type Server } from "@tintype/s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { createClient, type S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { probeStore } from "../../packages/functions/src/adapters/store-s3-probe.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { type Fault, startFaultStore } from "../support/fault-store.ts";
import { freePort } from "../support/postgres.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";

const ORIGIN = "https://photos.example";
const answersOf = ({ checks }: Pick<Capabilities, "checks">) =>
  Object.fromEntries(Object.entries(checks).map(([name, { answer }]) => [name, answer]));
/** What a store does not do that takes any bytes at a signed URL, and overwrites. */
const UNPINNED = { ifNoneMatch: "no", sha256: "no", completeIfNoneMatch: "no" };
const ALL_YES = Object.fromEntries(Object.keys(CHECKS).map((name) => [name, "yes"]));

async function remains(options: S3Options): Promise<(string | undefined)[]> {
  const client = createClient(options);
  const store = createS3Store(options);
  const { objects } = await store.list("");
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: options.bucket }));
  client.destroy();
  store.close();
  return [...objects.map(({ key }) => key), ...Uploads.map(({ Key }) => Key)];
}

describe.each(STORES)("probing $name", { timeout: 60_000 }, ({ start, server, pins }) => {
  let running: RunningStore;
  beforeAll(async () => {
    running = await start();
    await setUpStore(running.options, SETTING);
  });
  afterAll(() => running.stop());

  it("finds what is known of it, twice the same, and leaves nothing behind", async () => {
    const found = await probeStore(running.options, { origin: ORIGIN });
    expect(answersOf(found)).toEqual({ ...ALL_YES, ...(!pins && UNPINNED), events: "no" });
    expect(found.server).toBe(server);
    expect(canPin(found)).toBe(pins);
    expect(await remains(running.options)).toEqual([]);
    const again = await probeStore(running.options, { origin: ORIGIN });
    expect(again.checks).toEqual(found.checks);
  });

  // Our own server has our clock here.
  it.each(server === "Tintype S3" ? [] : [20, -20])("finds the same with a clock that is off by %i minutes", async (minutes) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * 60_000 });
    try {
      const found = await probeStore(running.options, { origin: ORIGIN });
      expect(answersOf(found)).toEqual({ ...ALL_YES, ...(!pins && UNPINNED), events: "no" });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a probe", () => {
  const keys = { accessKeyId: "probed-access-key", secretAccessKey: "probed-secret-key-of-32-characters!" };
  const undo: (() => Promise<unknown>)[] = [];
  let dir: string;
  let server: Server;
  let options: S3Options;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tintype-probe-"));
    server = await createServer({ dir, credentials: [keys] });
    await server.listen(0);
    await server.createBucket("photos");
    options = { endpoint: server.url, bucket: "photos", region: "us-east-1", ...keys };
  });
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });
  afterAll(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  const worse = async (fault: Fault): Promise<S3Options> => {
    const { url, stop } = await startFaultStore(server.url, keys, fault);
    undo.push(stop);
    return { ...options, endpoint: url };
  };

  it.each([
    ["if-none-match", "ifNoneMatch"],
    ["x-amz-checksum-sha256", "sha256"],
    ["content-length", "length"],
  ] as const)("says no, and only to that, of a store that ignores %s in signed PUTs", async (ignores, check) => {
    const found = await probeStore(await worse({ ignores }), { origin: ORIGIN });
    expect(answersOf(found)).toEqual({ ...ALL_YES, cors: "no", events: "no", [check]: "no" });
    expect(canPin(found)).toBe(false);
    expect(await remains(options)).toEqual([]);
  });

  it("never says no because a signature was refused for its time", async () => {
    const late = { ...options, now: () => new Date(Date.now() - 20 * 60_000) };
    const { checks } = await probeStore(late, { origin: ORIGIN });
    expect(answersOf({ checks })).toMatchObject({
      put: "unknown",
      sha256: "unknown",
      length: "unknown",
      multipart: "unknown",
      listV2: "yes",
    });
    expect(checks.put.detail).toBe("The clocks differ: 403 AccessDenied.");
  });

  it("takes a store that is away for an outage", async () => {
    const away = { ...options, endpoint: `http://127.0.0.1:${await freePort()}` };
    await expect(probeStore(away, { origin: ORIGIN })).rejects.toMatchObject({ code: "storage_unavailable" });
  });

  it("takes a store that goes away meanwhile for an outage, and removes what it had put", async () => {
    const fault: Fault = { fail: ({ method, headers }) => (method === "HEAD" || "x-amz-copy-source" in headers ? 503 : undefined) };
    await expect(probeStore(await worse(fault), { origin: ORIGIN })).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await remains(options)).toEqual([]);
  });

  it("does not know of what the store only fails at, and asks more than once", async () => {
    let failures = 0;
    const always: Fault = { fail: ({ url }) => (url.search.includes("notification") ? 500 : undefined) };
    const thrice: Fault = { fail: ({ url }) => (url.searchParams.has("notification") && failures++ < 4 ? 500 : undefined) };
    expect((await probeStore(await worse(always), { origin: ORIGIN })).checks.events.answer).toBe("unknown");
    expect((await probeStore(await worse(thrice), { origin: ORIGIN })).checks.events.answer).toBe("no");
  });

  it("ends in time when the store says nothing at all", async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    undo.push(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const start = performance.now();
    await expect(probeStore({ ...options, endpoint }, { origin: ORIGIN, timeoutMs: 700 })).rejects.toMatchObject({
      code: "storage_unavailable",
      message: "The store has not answered all checks within 0.7 s.",
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("asks at the public endpoint, and says so when it cannot be reached from here", async () => {
    const { endpoint } = await worse({ ignores: "if-none-match" });
    const atPublic = await probeStore({ ...options, publicEndpoint: endpoint }, { origin: ORIGIN });
    expect(atPublic.checks.ifNoneMatch.answer).toBe("no");
    const publicEndpoint = `http://127.0.0.1:${await freePort()}`;
    const unreached = await probeStore({ ...options, publicEndpoint }, { origin: ORIGIN });
    expect(answersOf(unreached)).toEqual({ ...ALL_YES, cors: "unknown", events: "no" });
    const same = await probeStore({ ...options, publicEndpoint: endpoint }, { origin: endpoint });
    expect(same.checks.cors.answer).toBe("yes");
  });

  it("removes what an earlier one has left, and nothing of one that is under way", async () => {
    const store = createS3Store(options);
    undo.push(async () => store.close());
    await store.put("probe/new/000", Buffer.from("x"), { type: "text/plain" });
    const before = new Date(Date.now() - 2 * 3_600_000);
    await mkdir(join(dir, "photos/probe/old"), { recursive: true });
    await writeFile(join(dir, "photos/probe/old/000"), "left");
    await utimes(join(dir, "photos/probe/old/000"), before, before);
    await expect
      .poll(async () => server.rescan().then(async () => (await store.list("probe/old/")).objects), { timeout: 15_000 })
      .toMatchObject([{ size: 4 }]);
    await probeStore(options, { origin: ORIGIN });
    expect(await remains(options)).toEqual(["probe/new/000"]);
    await store.remove(["probe/new/000"]);
  });
});
