import { setTimeout } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SqsAnswer } from "../../packages/functions/src/jobs/called.ts";
import { type Client, OWNER } from "../support/client.ts";
import { type Cloud, hasSqs, startCloud } from "../support/cloud.ts";
import type { Lambda } from "../support/lambda.ts";
import { journey } from "../support/journey.ts";
import { plainPicture } from "../support/picture.ts";
import { BUCKET } from "../support/s3-server.ts";

describe.skipIf(!hasSqs)("the cloud shape on its deployed bundles", () => {
  let cloud: Cloud;
  let owner: Client;

  beforeAll(async () => {
    cloud = (await startCloud())!;
  }, 120_000);
  afterAll(() => cloud?.stop());

  /** One that nobody has yet. */
  const picture = async (): Promise<Buffer> => Buffer.concat([await plainPicture(99), randomBytes(16)]);
  const assets = async (): Promise<number> => (await owner.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
  /** Puts a file where any tool may put one, and gives its key. */
  const put = async (key: string, bytes: Buffer): Promise<string> => {
    expect((await cloud.store.put(key, bytes)).status).toBe(200);
    return key;
  };
  const untilAssets = (count: number) =>
    expect
      .poll(
        async () => {
          await cloud.settle();
          return assets();
        },
        { timeout: 60_000 },
      )
      .toBe(count);
  const messageOf = (key: string): string =>
    JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: BUCKET }, object: { key } } }] });
  const record = (body: string, receives: number, messageId = body) => ({
    messageId,
    body,
    attributes: { ApproximateReceiveCount: String(receives) },
  });
  const ingest = (...Records: ReturnType<typeof record>[]) => cloud.functions.ingest.call({ Records });

  it("makes the database with a deployment, tells where the first person begins, and takes a photo from there to a shared link", async () => {
    const { open } = await cloud.functions.migrate.call<{ open: string }>({});
    expect(open).toMatch(new RegExp(`^${cloud.url}/setup#token=[\\w-]{43}$`, "u"));
    ({ owner } = await journey({ url: cloud.url, token: open.split("token=")[1] ?? "", settle: cloud.settle }));
    expect(await cloud.functions.migrate.call({})).toEqual({ open: cloud.url });
    await cloud.settle();
  });

  it("has the store probed with a deployment", async () => {
    const checkedAt = async () =>
      (await owner.json<{ capabilities: { checkedAt: string } | null }>("GET", "/api/admin/storage")).capabilities?.checkedAt ?? "";
    const before = await checkedAt();
    expect(before).not.toBe("");
    await cloud.functions.migrate.call({});
    await cloud.settle();
    expect(Date.parse(await checkedAt())).toBeGreaterThan(Date.parse(before));
  });

  it("has counted a call of the API, with the memory that the function has, when its answer ends", async () => {
    // A new process writes down at once what it has counted.
    await cloud.functions.api.end();
    await cloud.query("update usage set calls = 0, megabyte_ms = 0", []);
    const began = performance.now();
    await owner.json("GET", "/api/me");
    const tookMs = performance.now() - began;
    const [counted] = await cloud.query<{ calls: number; mb: number }>("select calls::int, megabyte_ms::float as mb from usage", []);
    expect(counted?.calls).toBe(1);
    // As much as it has where nothing else is said; the start of its process is not its time.
    expect(counted?.mb).toBeGreaterThan(2 * tookMs);
    expect(counted?.mb).toBeLessThanOrEqual(1024 * tookMs);
  });

  it("answers nobody who did not come through the router, and believes no address that they name", async () => {
    const as = (url: string, headers: Record<string, string>) =>
      fetch(`${url}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: cloud.url, "x-forwarded-for": "198.51.100.9", ...headers },
        body: JSON.stringify({ email: OWNER.email, password: OWNER.password }),
      });
    const wrong = Object.fromEntries(Object.entries(cloud.front).map(([name, token]) => [name, `${token.slice(0, -1)}.`]));
    for (const shown of [{}, wrong]) {
      const refused = await as(cloud.originUrl, shown);
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
      expect(await refused.json()).toMatchObject({
        code: "forbidden",
        detail: expect.stringContaining(`Ask ${cloud.url} instead`) as string,
      });
    }
    const paths = ["/", "/healthz", "/api/me", "/s/no-such-link/open", "/api/hooks/store"];
    expect(await Promise.all(paths.map(async (path) => (await fetch(cloud.originUrl + path)).status))).toEqual(paths.map(() => 403));
    expect((await as(cloud.url, {})).status).toBe(200);
    const { sessions } = await owner.json<{ sessions: { address: string }[] }>("GET", "/api/sessions");
    expect(new Set(sessions.map(({ address }) => address))).toEqual(new Set(["127.0.0.1"]));
  });

  it("asks Neon once for all that is told of a person, and for what is read before a plan of uploads", async () => {
    const asksOf = async (ask: () => Promise<unknown>): Promise<number> => {
      const before = cloud.wakeUps() - cloud.counted();
      await ask();
      return cloud.wakeUps() - cloud.counted() - before;
    };
    const whoAsks = await asksOf(() => owner.json("GET", "/api/openapi.json"));
    expect(await asksOf(() => owner.json("GET", "/api/me"))).toBe(whoAsks + 1);
    const file = { name: "planned twice.jpg", bytes: await picture() };
    await owner.upload(file);
    await cloud.settle();
    // Of what is there already nothing else is asked.
    const plan = await asksOf(async () => expect(await owner.upload(file)).toMatchObject({ status: "have" }));
    expect(plan).toBe(whoAsks + 1);
  });

  it("takes what another tool drops by the event alone, and once, however often and at the same time it is told of", async () => {
    const before = await assets();
    await put("inbox/anna-klein/by event.jpg", await picture());
    await untilAssets(before + 1);
    cloud.tellsEvents(false);
    const body = messageOf(await put("library/anna-klein/2026/11/twice.jpg", await picture()));
    const twin = cloud.functions.work;
    const answers = await Promise.all([
      ingest(record(body, 1)),
      ingest(record(body, 1, "again")),
      twin.call({ Records: [{ body: "wake" }] }),
    ]);
    expect(answers.slice(0, 2)).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    await untilAssets(before + 2);
  });

  it("takes a file once, and with its pictures, that two instances are told of at the same time, whatever the counts of their messages", async () => {
    cloud.tellsEvents(false);
    const twin = cloud.another("ingest");
    await Promise.all([ingest(record("no message", 1)), twin.call({ Records: [record("no message", 1)] })]);
    expect(twin.pid()).not.toBe(cloud.functions.ingest.pid());
    for (const [one, other] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 3],
      [3, 1],
      [2, 3],
      [3, 3],
    ] as const) {
      const before = await assets();
      const key = await put(`library/anna-klein/2026/11/at-once-${one}-${other}.jpg`, await picture());
      // As SQS does, until the function has done with it.
      const untilDone = async (lambda: Lambda, first: number): Promise<void> => {
        for (let receives = first; ; receives++) {
          const answer = await lambda.call<SqsAnswer>({ Records: [record(messageOf(key), receives)] });
          if (answer.batchItemFailures.length === 0) return;
          await setTimeout(250);
        }
      };
      await Promise.all([untilDone(cloud.functions.ingest, one), untilDone(twin, other)]);
      const rows = await cloud.query("select state, reason, derived_version is not null as drawn from asset where key = $1", [key]);
      expect([one, other, rows]).toEqual([one, other, [{ state: "ready", reason: null, drawn: true }]]);
      await untilAssets(before + 1);
    }
  });

  it("has of a batch only what failed delivered again, and at the sixth time put aside, from where it can be sent again", async () => {
    cloud.tellsEvents(false);
    const before = await assets();
    await cloud.query("create function planted() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$", []);
    const when = "before insert or update on asset for each row when (new.name = 'broken.jpg')";
    await cloud.query(`create trigger planted ${when} execute function planted()`, []);
    const [broken, good] = [
      await put("library/anna-klein/2026/11/broken.jpg", await picture()),
      await put("library/anna-klein/2026/11/good.jpg", await picture()),
    ];
    const answer = await ingest(record(messageOf(broken), 1, "broken"), record(messageOf(good), 1, "good"));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "broken" }] });
    await untilAssets(before + 1);
    await cloud.sqs.send(cloud.queues.ingest, messageOf(broken));
    await cloud.deliver("ingest");
    const failures = [...cloud.functions.ingest.log().matchAll(/"event":"message failed".*?"receives":(?<receives>\d)/gu)];
    expect(failures.map(({ groups }) => Number(groups?.["receives"])).slice(-6)).toEqual([1, 2, 3, 4, 5, 6]);
    const [aside] = await cloud.sqs.receive(cloud.queues.ingestDead);
    expect(aside?.body).toBe(messageOf(broken));
    await cloud.query("drop trigger planted on asset", []);
    await cloud.sqs.send(cloud.queues.ingest, aside?.body ?? "");
    await untilAssets(before + 2);
  });

  it("finds what no event told of within the hour, and leaves an idle database asleep", async () => {
    const before = await assets();
    await put("inbox/anna-klein/untold.jpg", await picture());
    await cloud.functions.cron.call({});
    await untilAssets(before + 1);
    await cloud.settle();
    const wakeUps = cloud.wakeUps();
    for (let hour = 0; hour < 5; hour++) await cloud.functions.cron.call({});
    // What was sent before it worked comes when it has long come to its end.
    expect((await cloud.sqs.count(cloud.queues.wake)).delayed).toBeGreaterThan(0);
    await cloud.functions.work.call({ Records: [record("guard", 1)] });
    expect(await cloud.sqs.count(cloud.queues.wake)).toMatchObject({ waiting: 0, underWay: 0 });
    expect(cloud.wakeUps()).toBe(wakeUps);
  });

  it("does not lose what a process was killed at, and does the rest of its batch", async () => {
    const before = await assets();
    const keys = await Promise.all([1, 2, 3].map(async (n) => put(`library/anna-klein/2026/11/killed-${n}.jpg`, await picture())));
    const records = (receives: number) => keys.map((key) => record(messageOf(key), receives));
    const cut = ingest(...records(1));
    cut.catch(() => undefined);
    cloud.functions.ingest.kill();
    await expect(cut).rejects.toThrow("lambda-ingest ended");
    expect(await ingest(...records(2))).toEqual({ batchItemFailures: [] });
    await untilAssets(before + 3);
  });

  it("tries what it never began, however often it came, sends it anew rather than giving it up, and forgets what is no message", async () => {
    for (const receives of [2, 3]) {
      const key = await put(`library/anna-klein/2026/11/late-${receives}.jpg`, await picture());
      expect(await ingest(record(messageOf(key), receives), record("no message", 1))).toEqual({ batchItemFailures: [] });
      expect(await cloud.reasonOf(key)).toBeNull();
    }
    const { delayed } = await cloud.sqs.count(cloud.queues.ingest);
    const key = await put("library/anna-klein/2026/11/late-5.jpg", await picture());
    expect(await ingest(record(messageOf(key), 5))).toEqual({ batchItemFailures: [] });
    expect((await cloud.sqs.count(cloud.queues.ingest)).delayed).toBe(delayed + 1);
  });

  it("fails with what was put off for hours, so that an alarm tells of it, and sends it anew no more", async () => {
    const key = await put("library/anna-klein/2026/11/put-off.jpg", await picture());
    const { delayed } = await cloud.sqs.count(cloud.queues.ingest);
    const putOff = { stringValue: JSON.stringify({ since: Date.now() - 3 * 3_600_000, times: 30 }) };
    const old = { ...record(messageOf(key), 5), messageAttributes: { putOff } };
    await expect(ingest(old)).rejects.toThrow("away for hours");
    expect([(await cloud.sqs.count(cloud.queues.ingest)).delayed, await cloud.reasonOf(key)]).toEqual([delayed, null]);
  });
});
