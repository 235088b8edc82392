import { spelled } from "@tintype/test/spelled";
import { expect, it } from "vitest";
import { tiffWith } from "./orientation.ts";
import { stripWebp } from "./webp.ts";

type Part = string | readonly number[] | Uint8Array;
const chunk = (type: string, ...content: Part[]): Uint8Array => {
  const body = spelled(...content);
  return spelled(type, [body.length, 0, 0, 0], body, body.length % 2 ? [0] : []);
};
const webp = (...chunks: Uint8Array[]): Uint8Array => chunk("RIFF", "WEBP", ...chunks);
const vp8x = (flags: number): Uint8Array => chunk("VP8X", [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

it("of a WebP picture, colours and animation stay; EXIF, XMP and the unknown go, within frames too, and the flags say so", () => {
  const frame = (...more: Uint8Array[]): Uint8Array => chunk("ANMF", "sixteen bytes...", chunk("VP8 ", "abc"), ...more);
  const whole = webp(
    vp8x(0x2e),
    chunk("ICCP", "colours"),
    chunk("ANIM", "loop.."),
    frame(chunk("note", "x")),
    chunk("EXIF", "gps"),
    chunk("XMP ", "x"),
  );
  expect(stripWebp(spelled(whole, "tail"))).toEqual(webp(vp8x(0x22), chunk("ICCP", "colours"), chunk("ANIM", "loop.."), frame()));
});

it("its orientation stays, in an EXIF of its own", () => {
  const turned = webp(vp8x(0x08), chunk("VP8L", "pixels"), chunk("EXIF", "Exif\0\0", tiffWith(8)));
  expect(stripWebp(turned)).toEqual(webp(vp8x(0x08), chunk("VP8L", "pixels"), chunk("EXIF", tiffWith(8))));
});

it("one that breaks off, or has no picture, is refused", () => {
  expect(stripWebp(webp(chunk("VP8 ", "pixels")).subarray(0, 22))).toBeUndefined();
  expect(stripWebp(webp(vp8x(0), chunk("EXIF", "gps")))).toBeUndefined();
  expect(stripWebp(webp(vp8x(0), chunk("ANMF", "sixteen bytes...VP8 ", [9, 0, 0, 0], "a")))).toBeUndefined();
  expect(stripWebp(spelled("RIFF"))).toBeUndefined();
});
