import { createHash } from "node:crypto";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Call } from "../call.ts";
import { type Disk, openDisk } from "../disk/disk.ts";
import type { ObjectEntry } from "../disk/entry.ts";
import { parseTarget } from "../request.ts";
import { copyObject } from "./copy-object.ts";

let root: string;
let disk: Disk;
let events: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "copy-object-"));
  disk = await openDisk({
    root,
    state: join(root, ".s3"),
    onOutside: async () => undefined,
    trouble: () => undefined,
    notice: () => undefined,
  });
  await disk.addBucket("photos");
  events = [];
});
afterEach(async () => {
  await disk.close();
  await rm(root, { recursive: true });
});

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** Receives an object; what it gives puts it in place. */
async function received(text: string, type: string): Promise<() => Promise<ObjectEntry>> {
  const chunks = (async function* one() {
    yield Buffer.from(text);
  })();
  const temp = await disk.receive(chunks, ["md5"], text.length);
  return async () => disk.commit("photos", "a", temp, { etag: md5(text), meta: { type } }, () => undefined);
}

/** A copy of the object onto itself that replaces its metadata. */
function copyOntoItself(conditions: Record<string, string>): Call {
  const request = new IncomingMessage(new Socket());
  request.method = "PUT";
  request.url = "/photos/a";
  const about = { "x-amz-copy-source": "/photos/a", "x-amz-metadata-directive": "REPLACE", "content-type": "x/replaced" };
  request.rawHeaders = Object.entries({ host: "localhost", ...about, ...conditions }).flat();
  const signed: Call["signed"] = {
    credential: { accessKeyId: "", secretAccessKey: "" },
    payload: "UNSIGNED-PAYLOAD",
    presigned: false,
    seed: { key: Buffer.alloc(0), date: "", scope: "", signature: "" },
  };
  const emit: Call["emit"] = (name) => void events.push(name);
  return { target: parseTarget(request), signed, request, disk, region: "us-east-1", webhooks: [], emit };
}

describe("a copy of an object onto itself, which is overwritten between the looking and the copying", () => {
  beforeEach(async () => {
    await (
      await received("first", "x/first")
    )();
  });

  it.each(["x-amz-copy-source-if-match", "if-match"])("is refused when %s asks for the version that was there", async (condition) => {
    const place = await received("second", "x/second");
    const [placed, copied] = await Promise.allSettled([place(), copyObject(copyOntoItself({ [condition]: `"${md5("first")}"` }))]);
    expect([placed.status, copied]).toMatchObject(["fulfilled", { status: "rejected", reason: { code: "PreconditionFailed" } }]);
    expect(await disk.head("photos", "a")).toMatchObject({ etag: md5("second"), meta: { type: "x/second" } });
    expect(events).toEqual([]);
  });

  it("gives its metadata to the version that is there then, and tells the etag of that", async () => {
    const place = await received("second", "x/second");
    const [, copied] = await Promise.all([place(), copyObject(copyOntoItself({}))]);
    expect(copied.body).toContain(md5("second"));
    expect(await disk.head("photos", "a")).toMatchObject({ etag: md5("second"), meta: { type: "x/replaced" } });
    expect(events).toEqual(["ObjectCreated:Copy"]);
  });
});
