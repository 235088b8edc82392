import { afterEach, expect, it, vi } from "vitest";
import { missingText } from "./download.ts";
import { withUniqueNames, zipDate, zipFiles } from "./zip.ts";

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
    ".hidden",
    "x.tar.gz",
    "x.tar (2).gz",
  ]);
});

it.each([
  ["2026-11-22T10:05:09", [2026, 10, 22, 10, 5, 9]],
  ["2026-11-22T10:05:09.480", [2026, 10, 22, 10, 5, 9]],
  ["1912-04-01T00:00:00", [1980, 0, 1, 0, 0, 0]],
  ["2999-01-01T00:00:00", [2107, 11, 31, 23, 59, 58]],
])("writes the wall clock %s as itself, as far as a zip can hold it", (localAt, parts) => {
  const date = zipDate(localAt);
  expect([date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]).toEqual(parts);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("streams each file into the zip under its name and its own date, and tells how far it is", async () => {
  vi.stubGlobal("fetch", async (url: string) => new Response(url));
  const chunks: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
  const target = { createWritable: async () => sink } as unknown as FileSystemFileHandle;
  const told: number[] = [];
  const file = { id: "1", name: "a.jpg", size: 5, localAt: "2026-11-22T10:05:08", url: "bytes" };
  await zipFiles([file, { ...file, id: "2" }], target, (done) => told.push(done));
  const zip = await new Blob(chunks as BlobPart[]).arrayBuffer();
  const header = new DataView(zip);
  expect([header.getUint16(10, true), header.getUint16(12, true)]).toEqual([(10 << 11) | (5 << 5) | 4, (46 << 9) | (11 << 5) | 22]);
  expect(new TextDecoder().decode(zip)).toMatch(/a\.jpg.*bytes.*a \(2\)\.jpg.*bytes/su);
  expect(told.at(-1)).toBe(zip.byteLength);
});

it("leaves out what the store does not have any more, finishes, and says which", async () => {
  vi.stubGlobal("fetch", async (url: string) => new Response(url, { status: url === "gone" ? 404 : 200 }));
  const chunks: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
  const target = { createWritable: async () => sink } as unknown as FileSystemFileHandle;
  const file = { id: "1", name: "a.jpg", size: 5, localAt: "2026-11-22T10:05:08", url: "bytes" };
  const missing = await zipFiles([file, { ...file, name: "b.jpg", url: "gone" }, { ...file, name: "c.jpg" }], target, () => undefined);
  expect(missing).toEqual(["b.jpg"]);
  const zip = await new Blob(chunks as BlobPart[]).text();
  expect(zip).toMatch(/a\.jpg.*bytes.*c\.jpg.*bytes/su);
  expect(zip).not.toContain("b.jpg");
});

it("names what is missing, the first three of many", () => {
  expect(missingText(["a.jpg"])).toBe("Left out, because your storage no longer has this original: a.jpg.");
  expect(missingText(["a", "b", "c", "d", "e"])).toBe("Left out, because your storage no longer has these originals: a, b, c and 2 more.");
});
