import { expect, it } from "vitest";
import type { PlanFile } from "../../lib/api.ts";
import { Problem } from "../../lib/http.ts";
import { guestUploads } from "./guest-uploads.ts";

const fileOf = (name: string, size = 10): PlanFile => ({ name, size, type: "image/jpeg", sha256: name, modifiedAt: "", modifiedOffset: 0 });
const statusesOf = (answers: readonly { status: string }[]) => answers.map(({ status }) => status);

/** A link with room for so much; its owner's account has room for so many bytes. */
function linkWith(count: number, bytes: number, quota = Infinity) {
  const left = { count, bytes, quota };
  let requests = 0;
  const send = async (_: string, body: unknown) => {
    const { files } = body as { files: PlanFile[] };
    const sum = files.reduce((all, { size }) => all + size, 0);
    requests++;
    const isFull = files.length > left.count || sum > left.bytes || sum > left.quota;
    if (isFull) throw new Problem(413, "over_quota", "There is no room for all of this.");
    left.count -= files.length;
    left.bytes -= sum;
    left.quota -= sum;
    return Response.json({ files: files.map(() => ({ status: "put" })) });
  };
  const link = {
    send,
    read: async (answer: Promise<Response>) => (await answer).json(),
    open: async () => ({ left }),
    remove: send,
  } as unknown as Parameters<typeof guestUploads>[0];
  return { api: guestUploads(link, () => ""), left, requests: () => requests };
}

it("sends what there is room for, and refuses the rest", async () => {
  const { api, left } = linkWith(3, 1_000);
  const answers = await api.plan(
    ["a", "b", "c", "d", "e"].map((name) => fileOf(name)),
    undefined,
  );
  expect(statusesOf(answers)).toEqual(["put", "put", "put", "refused", "refused"]);
  expect(left.count).toBe(0);
});

it("leaves out what is too large alone, and takes what is smaller after it", async () => {
  const { api } = linkWith(100, 25);
  const answers = await api.plan([fileOf("a", 10), fileOf("b", 20), fileOf("c", 15)], undefined);
  expect(statusesOf(answers)).toEqual(["put", "refused", "put"]);
});

it("finds what fits where the owner has less room than the link, and asks little where there is none", async () => {
  const some = linkWith(100, 1_000, 20);
  expect(
    statusesOf(
      await some.api.plan(
        ["a", "b", "c"].map((name) => fileOf(name)),
        undefined,
      ),
    ),
  ).toEqual(["put", "put", "refused"]);
  const none = linkWith(0, 1_000);
  expect(
    statusesOf(
      await none.api.plan(
        Array.from({ length: 100 }, (_, i) => fileOf(String(i))),
        undefined,
      ),
    ),
  ).not.toContain("put");
  expect(none.requests()).toBe(1);
});
