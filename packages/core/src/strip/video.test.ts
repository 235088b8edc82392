import { readFileSync } from "node:fs";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { spelled } from "@tintype/test/spelled";
import { toldByBytes } from "@tintype/test/telling";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits } from "./bytes.ts";
import { EDITABLE } from "./strip.ts";
import { videoEdits } from "./video.ts";

const file = (path: string): Uint8Array => new Uint8Array(readFileSync(corpus(path)));
const sourceOf = (bytes: Uint8Array) => ({ size: bytes.length, read: async (from: number, to: number) => bytes.slice(from, to) });

describe.skipIf(!hasCorpus)("of real videos", () => {
  it.each(["pairs/train.mov", "video/PXL_20220724_210650210.NIGHT.mp4"])(
    "%s keeps its size, its pictures and its sound, and loses everything else",
    async (path) => {
      const original = file(path);
      const edits = (await videoEdits(sourceOf(original)))!;
      const kept = original.slice();
      applyEdits(kept, 0, edits);
      expect([kept.length, toldByBytes(kept, path)]).toEqual([original.length, []]);
      expect(toldByBytes(original, path)).not.toEqual([]);
      // Piece by piece it is the same.
      const pieces = original.slice();
      for (let at = 0; at < pieces.length; at += 4099) applyEdits(pieces.subarray(at, at + 4099), at, edits);
      expect(Buffer.compare(pieces, kept)).toBe(0);
    },
  );

  it("a video reads little of itself, and says no where it cannot be taken apart", async () => {
    const original = file("video/video.mp4");
    let bytes = 0;
    const read = async (from: number, to: number): Promise<Uint8Array> => {
      bytes += to - from;
      return original.slice(from, to);
    };
    const source = { size: original.length, read };
    expect(await videoEdits(source)).toBeDefined();
    expect(bytes).toBeLessThan(original.length / 20);
    expect(await videoEdits(sourceOf(original.slice(0, 1000)))).toBeUndefined();
    expect(await videoEdits(sourceOf(file("video/frames.webm")))).toBeUndefined();
    expect(EDITABLE.has("webm")).toBe(false);
  });

  it("a video, however it is damaged, is edited within itself or refused", async () => {
    const original = file("pairs/train.mov");
    const moov = Buffer.from(original).indexOf("moov") - 4;
    const small = spelled(original.subarray(0, 64), original.subarray(moov));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }), async (changes) => {
        const broken = small.slice();
        for (const [at, value] of changes) broken[at % broken.length] = value;
        const edits = await videoEdits(sourceOf(broken));
        for (const { at, bytes } of edits?.writes ?? []) expect(at + bytes.length).toBeLessThanOrEqual(broken.length);
        if (edits) applyEdits(broken, 0, edits);
      }),
      { numRuns: 300 },
    );
  });
});
