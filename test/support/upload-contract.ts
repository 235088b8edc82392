import type * as Upload from "@tintype/core/upload";
import { expect, test } from "vitest";
import { fileOf } from "./upload.ts";

/** What a page asks of the API to upload. A refusal is thrown with its `status`. */
export type UploadApi = {
  plan(files: Upload.NewFile[]): Promise<Upload.Planned[]>;
  parts(id: string, from: number, to: number): Promise<{ number: number }[]>;
  complete(id: string): Promise<unknown>;
  statuses(ids: string[]): Promise<Upload.Status[]>;
  abort(id: string): Promise<unknown>;
};

/** An API under contract, and what happens around it. */
export type UploadSide = {
  api: UploadApi;
  /** Sends a text as a plan for one PUT wants it. */
  send(planned: Upload.Planned, content: string): Promise<void>;
  /** Lets what was completed be verified. */
  verify(): Promise<void>;
  /** Lets what was verified come into the timeline. */
  show(): Promise<void>;
  /** Takes every original away, past the API, and lets that be noticed. */
  lose(): Promise<void>;
  /** So many bytes go in parts. */
  large: number;
};

const UNKNOWN = "01900000-0000-7000-8000-000000000000";
const FACTS = { reason: null, assetId: null, safe: false, revision: null };

let made = 0;
const content = () => `photo ${made++}`;

async function planOne({ api }: UploadSide, file: Upload.NewFile): Promise<Extract<Upload.Planned, { uploadId: string }>> {
  const [answer] = await api.plan([file]);
  if (!answer || !("uploadId" in answer)) throw new Error(`is ${answer?.status}`);
  return answer;
}

async function uploaded(side: UploadSide, text: string): Promise<string> {
  const answer = await planOne(side, fileOf(text, { name: `${text}.jpg` }));
  await side.send(answer, text);
  await side.api.complete(answer.uploadId);
  return answer.uploadId;
}

/** What the uploader of the web app takes for granted: run on the real API, and on the one in memory that its tests are run with. */
export function uploadContract(start: () => UploadSide): void {
  test("a file is planned for one PUT, or in parts; a second plan of it gives the same upload", async () => {
    const side = start();
    const [small, large] = [fileOf(content()), fileOf(content(), { size: side.large })];
    const put = await planOne(side, small);
    expect(put).toMatchObject({ status: "put", request: { method: "PUT", headers: expect.any(Object) } });
    expect(Date.parse(put.expiresAt)).toBeGreaterThan(Date.now() + 60_000);
    const parts = await planOne(side, large);
    if (parts.status !== "multipart") throw new Error(`is ${parts.status}`);
    expect(parts.partCount).toBe(Math.ceil(side.large / parts.partSize));
    expect((await side.api.parts(parts.uploadId, 1, 2)).map(({ number }) => number)).toEqual([1, 2]);
    expect([await planOne(side, small), await planOne(side, large)]).toMatchObject([
      { status: "put", uploadId: put.uploadId },
      { status: "multipart", uploadId: parts.uploadId },
    ]);
  });

  test("answers come in the order of the files, and one that cannot be taken is refused alone, in words", async () => {
    const side = start();
    const nameless = fileOf(content(), { name: " " });
    const answers = await side.api.plan([fileOf(content(), { size: side.large }), nameless, fileOf(content(), { name: "b.jpg" })]);
    expect(answers.map(({ status }) => status)).toEqual(["multipart", "refused", "put"]);
    expect(answers[1]).toEqual({ status: "refused", code: expect.any(String), detail: expect.stringMatching(/^[A-Z].+\.$/u) });
  });

  test("what was sent is received, then safe, and then shown; it is had from when it is safe", async () => {
    const side = start();
    const text = content();
    const id = await uploaded(side, text);
    const file = fileOf(text, { name: `${text}.jpg` });
    expect(await side.api.statuses([id])).toEqual([{ id, state: "received", ...FACTS }]);
    expect(await side.api.plan([file])).toMatchObject([{ status: "received", uploadId: id }]);
    await side.verify();
    const [safe] = await side.api.statuses([id]);
    expect(safe).toEqual({ id, state: "committed", reason: null, assetId: expect.any(String), safe: true, revision: null });
    expect(await side.api.plan([file])).toEqual([{ status: "have", assetId: safe?.assetId }]);
    await side.show();
    expect(await side.api.statuses([id])).toEqual([{ ...safe, revision: expect.any(Number) }]);
    // Saying it once more, as after an answer that was lost, changes nothing.
    await side.api.complete(id);
    expect(await side.api.statuses([id])).toMatchObject([{ state: "committed", safe: true }]);
  });

  test("what went missing after it was safe is not safe, and is to be sent again", async () => {
    const side = start();
    const text = content();
    const id = await uploaded(side, text);
    await side.verify();
    await side.lose();
    expect(await side.api.statuses([id])).toMatchObject([{ state: "committed", safe: false }]);
    const again = await planOne(side, fileOf(text, { name: `${text}.jpg` }));
    expect(again.status).toBe("put");
    expect(again.uploadId).not.toBe(id);
  });

  test("an upload that was ended is expired and cannot be completed; the next plan is a new one", async () => {
    const side = start();
    const file = fileOf(content());
    const { uploadId: id } = await planOne(side, file);
    await side.api.abort(id);
    expect(await side.api.statuses([id])).toMatchObject([{ id, state: "expired", safe: false }]);
    await expect(side.api.complete(id)).rejects.toMatchObject({ status: 410 });
    expect((await planOne(side, file)).uploadId).not.toBe(id);
  });

  test("what has arrived cannot be ended, and what lacks parts cannot be completed", async () => {
    const side = start();
    await expect(side.api.abort(await uploaded(side, content()))).rejects.toMatchObject({ status: 409 });
    const { uploadId } = await planOne(side, fileOf(content(), { size: side.large }));
    await side.api.parts(uploadId, 1, 1);
    await expect(side.api.complete(uploadId)).rejects.toMatchObject({ status: 409 });
    expect(await side.api.statuses([uploadId])).toEqual([{ id: uploadId, state: "open", ...FACTS }]);
  });

  test("an upload that is not there is left out of the states, and refused to every request", async () => {
    const { api } = start();
    expect(await api.statuses([UNKNOWN])).toEqual([]);
    await expect(api.complete(UNKNOWN)).rejects.toMatchObject({ status: 404 });
    await expect(api.parts(UNKNOWN, 1, 1)).rejects.toMatchObject({ status: 404 });
    await expect(api.abort(UNKNOWN)).rejects.toMatchObject({ status: 404 });
  });
}
