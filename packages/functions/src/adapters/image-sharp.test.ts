import sharp from "sharp";
import { afterEach, expect, it, vi } from "vitest";
import { sharpCodec, type SharpCodec } from "./image-sharp.ts";

let codec: SharpCodec;

afterEach(() => {
  codec.close();
  vi.unstubAllEnvs();
});

it("throws when a decoder itself fails, and makes of other pictures what it can", async () => {
  // So V8 has no WebAssembly, and libheif does not load.
  vi.stubEnv("NODE_OPTIONS", "--jitless");
  codec = sharpCodec({ size: 1 });
  const heic = Buffer.from("\0\0\0\u{18}ftypheic\0\0\0\0mif1heic", "latin1");
  await expect(codec.derive(heic, "heic")).rejects.toThrow("The decoder of heic failed.");
  const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#246" } })
    .png()
    .toBuffer();
  expect(await codec.derive(png, "png")).toMatchObject({ width: 40, height: 30, partial: false });
  vi.unstubAllEnvs();
  codec.close();
  expect(await codec.derive(heic, "heic")).toEqual({ refused: "damaged" });
});
