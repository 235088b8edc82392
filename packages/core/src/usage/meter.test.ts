import { useAnna } from "@tintype/test/anna";
import { describe, expect, it } from "vitest";
import { createMeter, flush } from "./meter.ts";
import { usage } from "./usage.sql.ts";

const here = useAnna();
const NOVEMBER = 2026 * 12 + 10;

const at = (iso: string) => ({ ...here.system, now: () => new Date(iso) });
const rows = () => here.system.db.select().from(usage).orderBy(usage.month);
const ask = (meter: ReturnType<typeof createMeter>, ...operations: string[]): void => {
  for (const operation of operations) meter.onRequest({ operation });
};

it("counts what costs something: who writes or lists, who reads, and not who removes", async () => {
  const meter = createMeter();
  ask(meter, "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "ListObjectsV2", "ListParts");
  ask(meter, "GetObject", "HeadObject");
  ask(meter, "DeleteObject", "DeleteObjects", "AbortMultipartUpload");
  const keys = ["derived/1/thumb-1-00.webp", "derived/1/preview-1-00.jpg", "derived/1/stripped-1-00.jpg", "library/a/x.jpg"];
  for (const key of keys) meter.onSign(key);
  meter.onCall({ ms: 1500, megabytes: 2048 });
  meter.onCall({ ms: 500, megabytes: 2048, messages: 5 });
  await flush(at("2026-11-30T23:50:00Z"), meter);
  expect(await rows()).toMatchObject([
    { month: NOVEMBER, writes: 7, reads: 2, thumbs: 1, previews: 1, originals: 2, calls: 2, megabyteMs: 4_096_000, messages: 7 },
  ]);
});

it("adds to the month in which it is written down, whoever else does, and begins the next one at nothing", async () => {
  const [one, other] = [createMeter(), createMeter()];
  ask(one, "PutObject", "GetObject");
  ask(other, "PutObject");
  await Promise.all([flush(at("2026-11-30T23:59:59Z"), one), flush(at("2026-11-30T23:59:59Z"), other)]);
  ask(one, "PutObject");
  await flush(at("2026-12-01T00:00:00Z"), one);
  expect(await rows()).toMatchObject([
    { month: NOVEMBER, writes: 2, reads: 1 },
    { month: NOVEMBER + 1, writes: 1, reads: 0 },
  ]);
});

it("writes nothing where nothing happened, and counts on where nothing can be written", async () => {
  const meter = createMeter();
  await flush(here.system, meter);
  expect(await rows()).toEqual([]);
  ask(meter, "PutObject");
  // Outside of its transaction the database refuses.
  await here.system.db.tx(() => flush(here.system, meter)).catch(() => undefined);
  expect(meter.take().writes).toBe(1);
});

it("takes the database to be awake for five minutes after it was asked, overlapping ones once", async () => {
  const meter = createMeter();
  const call = async (iso: string): Promise<number | undefined> => {
    meter.onQuery();
    await flush(at(iso), meter);
    return (await rows())[0]?.awakeMs;
  };
  expect(await call("2026-11-10T10:00:00Z")).toBe(300_000);
  expect(await call("2026-11-10T10:02:00Z")).toBe(420_000);
  expect(await call("2026-11-10T10:01:00Z")).toBe(420_000);
  expect(await call("2026-11-10T11:00:00Z")).toBe(720_000);
});

it("has nobody's database awake where none sleeps", async () => {
  const meter = createMeter();
  ask(meter, "PutObject");
  await flush(here.system, meter);
  expect(await rows()).toMatchObject([{ awakeMs: 0, awakeUntil: null }]);
});

it("is not for whoever comes by", async () => {
  await expect(flush(here.anna.ctx, createMeter())).rejects.toMatchObject({ code: "forbidden" });
});

describe("it is time to write down", () => {
  /** A meter on a clock that stands at `step.now`; a call that asked the database, and handed out so many addresses. */
  const steps = () => {
    const step = { now: 0 };
    const meter = createMeter(() => step.now);
    const call = (signed = 0): boolean => {
      meter.onQuery();
      for (let i = 0; i < signed; i++) meter.onSign("derived/1/thumb-1-00.webp");
      meter.onCall({ ms: 5, megabytes: 1024 });
      return meter.isDue();
    };
    return { meter, step, call };
  };

  it("with the first call that asks the database, which may be the only one, and with one a minute later", () => {
    const { meter, step, call } = steps();
    expect(call()).toBe(true);
    meter.take();
    step.now = 59_999;
    expect(call()).toBe(false);
    step.now = 60_000;
    expect(call()).toBe(true);
  });

  it("at once where something was written to the store, or when much was read", () => {
    const { meter, call } = steps();
    call();
    meter.take();
    expect(call(199)).toBe(false);
    expect(call(1)).toBe(true);
    meter.take();
    ask(meter, "PutObject");
    expect(call()).toBe(true);
  });

  it("never after calls that asked for nothing, whatever was counted: a database that sleeps is not woken to be told", () => {
    const { meter, step, call } = steps();
    for (let i = 0; i < 1000; i++) meter.onCall({ ms: 5, megabytes: 1024 });
    expect(meter.isDue()).toBe(false);
    expect(call()).toBe(true);
    meter.take();
    call();
    step.now = 3_600_000;
    ask(meter, "ListObjectsV2", "GetObject");
    meter.onCall({ ms: 5, megabytes: 1024 });
    expect(meter.isDue()).toBe(false);
  });
});
