import type { LibHeif } from "libheif-js/libheif-wasm/libheif-bundle.mjs";
import { expect, it } from "vitest";
import { derive } from "./image-derive.ts";
import { DecoderBroken, heifDecoder } from "./image-heif.ts";

/* A libheif that fails as it is told: the real one would have to run out of memory. */

type Behaviour = { read: (error: number) => void; malloc: () => number };

const HEAPU8 = new Uint8Array(64);
/** Fills a heif_error. */
const says =
  (code: number, detail: number) =>
  (error: number): void =>
    HEAPU8.set(new Uint8Array(Uint32Array.of(code, detail).buffer), error);
const traps = (): never => {
  throw new Error("unreachable");
};
const DAMAGED = says(2, 100);

function libheif({ read, malloc }: Behaviour): LibHeif {
  const part: Partial<LibHeif> = {
    HEAPU8,
    _malloc: malloc,
    _free: () => undefined,
    _heif_context_alloc: () => 8,
    _heif_context_free: () => undefined,
    _heif_context_read_from_memory: read,
  };
  return part as LibHeif;
}

const decoded = (change: Partial<Behaviour>) =>
  derive(
    new Uint8Array(4),
    "heic",
    heifDecoder(() => Promise.resolve(libheif({ read: DAMAGED, malloc: () => 8, ...change }))),
  );

it("a decoder that does not load is no damage, and is loaded again, once", async () => {
  const answers = [() => Promise.reject(new Error("out of memory")), () => Promise.resolve(libheif({ read: DAMAGED, malloc: () => 8 }))];
  let loads = 0;
  const decoder = heifDecoder(() => answers[loads++]!());
  await expect(derive(new Uint8Array(4), "heic", decoder)).rejects.toThrow(DecoderBroken);
  expect(await derive(new Uint8Array(4), "heic", decoder)).toEqual({ refused: "damaged" });
  expect(await derive(new Uint8Array(4), "heic", decoder)).toEqual({ refused: "damaged" });
  expect(loads).toBe(2);
});

it.each([
  ["traps", { read: traps }],
  ["has no memory", { read: says(6, 0) }],
  ["has none even to begin", { malloc: () => 0 }],
])("a decoder that %s says nothing of the picture", async (_, change) => {
  await expect(decoded(change)).rejects.toThrow(DecoderBroken);
});

it.each([
  [2, 100],
  [6, 1000],
])("error %d.%d of libheif is the picture's", async (code, detail) => {
  expect(await decoded({ read: says(code, detail) })).toEqual({ refused: "damaged" });
});
