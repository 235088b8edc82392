import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { createSqsAnnouncer, type SqsAnnouncer } from "../../packages/functions/src/adapters/queue-announce-sqs.ts";
import { createQueue } from "../../packages/functions/src/adapters/queue-postgres.ts";
import { createSend } from "../../packages/functions/src/adapters/queue-sqs.ts";
import { silent } from "../support/person.ts";
import { KEYS } from "../support/s3-process.ts";
import { borrowDatabase } from "../support/shared-database.ts";
import { hasSqs, type Sqs, startSqs } from "../support/sqs.ts";

describe.skipIf(!hasSqs)("jobs that a function enqueues", () => {
  let sqs: Sqs;
  let open: OpenDatabase;
  let queueUrl: string;
  let noted: Date[];
  let announcer: SqsAnnouncer;
  let queues = 0;

  beforeAll(async () => {
    sqs = await startSqs();
    open = await borrowDatabase();
  });
  afterAll(async () => {
    await open?.close();
    await sqs?.stop();
  });
  beforeEach(async () => {
    queueUrl = await sqs.create(`wake-${++queues}`);
    announcer = announcerTo(queueUrl);
  });

  function announcerTo(url: string): SqsAnnouncer {
    noted = [];
    const send = createSend({ ...KEYS, region: "eu-central-1" });
    return createSqsAnnouncer({ send, queueUrl: url, note: async (dueAt) => void noted.push(dueAt), log: silent });
  }
  const job = (kind: string, inMs = 0) => ({ kind, payload: {}, ...(inMs > 0 && { runAt: new Date(Date.now() + inMs) }) });

  it("wake one function once, when their transaction commits, and never when it does not", async () => {
    const queue = createQueue(open.db, announcer);
    const failed = open.db.tx(async (tx) => {
      await queue.within(tx).enqueue([job("rolled back")]);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await announcer.flush();
    expect(await sqs.count(queueUrl)).toMatchObject({ waiting: 0, delayed: 0 });
    await open.db.tx(async (tx) => {
      await queue.within(tx).enqueue([job("a"), job("b")]);
      await queue.within(tx).enqueue([job("c", 60_000)]);
    });
    await announcer.flush();
    expect((await sqs.receive(queueUrl)).map(({ body }) => body)).toEqual(["wake"]);
    expect(noted).toEqual([]);
  });

  it("are held back until the first is due; one that SQS cannot hold back so long is noted in the store", async () => {
    const queue = createQueue(open.db, announcer);
    await queue.enqueue([job("later", 120_000), job("soon", 60_000)]);
    await announcer.flush();
    expect(await sqs.count(queueUrl)).toMatchObject({ waiting: 0, delayed: 1 });
    await queue.enqueue([job("tomorrow", 86_400_000)]);
    await announcer.flush();
    expect(await sqs.count(queueUrl)).toMatchObject({ waiting: 0, delayed: 1 });
    expect(noted.map((at) => Math.round((at.getTime() - Date.now()) / 3_600_000))).toEqual([24]);
  });

  it("come with what their message tells of how long it was put off", async () => {
    await createSend({ ...KEYS, region: "eu-central-1" })({ queueUrl, body: "wake", putOff: "since then" });
    expect(await sqs.receive(queueUrl)).toMatchObject([{ body: "wake", messageAttributes: { putOff: { stringValue: "since then" } } }]);
  });

  it("are noted in the store where the queue does not take the message", async () => {
    announcer = announcerTo(`${sqs.url}/123456789012/there-is-none`);
    await createQueue(open.db, announcer).enqueue([job("now")]);
    await announcer.flush();
    expect(noted).toHaveLength(1);
  });
});
