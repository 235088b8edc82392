import { afterEach, expect, it, vi } from "vitest";
import { Problem } from "../../lib/http.ts";
import { missingText } from "./save.ts";
import { withUniqueNames, zipFiles, zipStream } from "./zip.ts";

const FILE = { id: "1", name: "a.jpg", size: 5, localAt: "2026-11-22T10:05:08", url: "bytes" };

/** What a person has picked to be written to: what came, and whether it was kept. */
function picked() {
  const chunks: Uint8Array[] = [];
  const state = { kept: false, dropped: false };
  const sink = new WritableStream<Uint8Array>({
    write: (chunk) => void chunks.push(chunk),
    close: () => void (state.kept = true),
    abort: () => void (state.dropped = true),
  });
  const target = { createWritable: async () => sink } as unknown as FileSystemFileHandle;
  return { target, state, blob: () => new Blob(chunks as BlobPart[]) };
}
const nothing = () => undefined;
const anew = async () => "anew";
const { signal } = new AbortController();

it("numbers files of the same name, whatever their case, and leaves the others alone", () => {
  const files = ["a.jpg", "A.jpg", "a.jpg", "a (2).jpg", "notes", "notes", ".hidden", "x.tar.gz", "x.tar.gz"];
  const named = withUniqueNames(files.map((name, i) => ({ id: String(i), name, size: 1, localAt: "2026-11-22T10:00:00", url: "" })));
  expect(named.map(({ name }) => name)).toEqual([
    "a.jpg",
    "A (2).jpg",
    "a (3).jpg",
    "a (2) (2).jpg",
    "notes",
    "notes (2)",
    "hidden",
    "x.tar.gz",
    "x.tar (2).gz",
  ]);
});

it("lets no name leave the folder, end a line or hide its type", () => {
  const names = [
    "../../.bashrc",
    "..\\..\\win.ini",
    "/etc/cron.d/x",
    "a\nb.jpg",
    "cod\u202Egpj.exe",
    "a/b",
    "a:b",
    "nul",
    "CON.jpg",
    "console.jpg",
  ];
  const named = withUniqueNames(names.map((name) => ({ ...FILE, name })));
  expect(named.map(({ name }) => name)).toEqual([
    "_.._.bashrc",
    "_.._win.ini",
    "_etc_cron.d_x",
    "ab.jpg",
    "codgpj.exe",
    "a_b",
    "a_b (2)",
    "_nul",
    "_CON.jpg",
    "console.jpg",
  ]);
});

it("numbers ten thousand files of one name at once", () => {
  const start = performance.now();
  const named = withUniqueNames(Array.from({ length: 10_000 }, () => FILE));
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(named.at(-1)?.name).toBe("a (10000).jpg");
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("streams each file into the zip under its name and its own date, and tells how far it is", async () => {
  vi.stubGlobal("fetch", async (url: string) => new Response(url));
  const { target, state, blob } = picked();
  const told: [number, number][] = [];
  await zipFiles([FILE, { ...FILE, id: "2" }], target, { onProgress: (...progress) => told.push(progress), signal, anew });
  expect(await blob().text()).toMatch(/a\.jpg.*bytes.*a \(2\)\.jpg.*bytes/su);
  expect(told).toEqual([
    [5, 10],
    [10, 10],
  ]);
  expect(state).toEqual({ kept: true, dropped: false });
});

it("asks for another URL of a file whose own has expired", async () => {
  vi.stubGlobal("fetch", async (url: string) => new Response(url, { status: url === "bytes" ? 403 : 200 }));
  const { target, state, blob } = picked();
  expect(await zipFiles([FILE], target, { onProgress: nothing, signal, anew })).toEqual([]);
  expect([await blob().text(), state.kept]).toEqual([expect.stringContaining("anew"), true]);
});

it("leaves out what the store does not have any more, finishes, and says which", async () => {
  vi.stubGlobal("fetch", async (url: string) => new Response(url, { status: url === "gone" ? 404 : 200 }));
  const { target, blob } = picked();
  const files = [FILE, { ...FILE, name: "b.jpg", url: "gone" }, { ...FILE, name: "c.jpg" }];
  expect(await zipFiles(files, target, { onProgress: nothing, signal, anew })).toEqual(["b.jpg"]);
  const zip = await blob().text();
  expect(zip).toMatch(/a\.jpg.*bytes.*c\.jpg.*bytes/su);
  expect(zip).not.toContain("b.jpg");
});

it.each([true, false])("ends with what a file failed with, not with what the zip makes of it (picked a file: %s)", async (withTarget) => {
  const entries = (async function* () {
    yield* [];
    throw new Problem(429, "over_budget", "Closed until 1 December.");
  })();
  const zipping = zipStream(entries, withTarget ? picked().target : undefined, { name: "a.zip", onBytes: nothing, signal });
  await expect(zipping).rejects.toThrow("Closed until 1 December.");
});

it("keeps no zip of nothing", async () => {
  vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
  const { target, state } = picked();
  expect(await zipFiles([FILE, FILE], target, { onProgress: nothing, signal, anew })).toEqual(["a.jpg", "a (2).jpg"]);
  expect(state).toEqual({ kept: false, dropped: true });
});

it.each([
  [true, 5],
  [false, 5],
  [true, 20_000_000],
  [false, 20_000_000],
])("ends in the middle of a file when it is cancelled, and keeps nothing (picked a file: %s, of %i bytes)", async (withTarget, size) => {
  const stop = new AbortController();
  let answers = 0;
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    answers++;
    // The first bytes of a file, and then nothing more.
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(4));
        setTimeout(() => stop.abort(), 20);
        init.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
      },
    });
    return new Response(body);
  });
  const { target, state } = picked();
  const files = [
    { ...FILE, size },
    { ...FILE, size },
  ];
  const zipping = zipFiles(files, withTarget ? target : undefined, { onProgress: nothing, signal: stop.signal, anew });
  await expect(zipping).rejects.toMatchObject({ name: "AbortError" });
  expect([answers, state]).toEqual([2, { kept: false, dropped: withTarget }]);
});

it.each([
  [["a.jpg"], 1, "Left out, because your storage no longer has this original: a.jpg."],
  [["a", "b", "c", "d", "e"], 1, "Left out, because your storage no longer has these originals: a, b, c and 2 more."],
  [["a", null], 1, "Left out, because your storage no longer has these originals: a and a photo that was removed."],
  [["a", "b"], 0, "Nothing was downloaded. Your storage no longer has these originals: a and b."],
  [Array(7).fill(null), 0, "Nothing was downloaded. Your storage no longer has these originals: 7 photos that were removed."],
])("names what is missing, the first three of many, and counts the rest: %j, %i saved", (missing, saved, text) => {
  expect(missingText({ saved, missing })).toBe(text);
});
