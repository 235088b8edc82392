import { spelled } from "@tintype/test/spelled";
import { describe, expect, it } from "vitest";
import { stripJpeg } from "./jpeg.ts";

const segment = (marker: number, content: string): Uint8Array =>
  spelled([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff], content);
const SCAN = spelled([0xff, 0xc0, 0, 8, 8, 0, 1, 0, 1, 0], [0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]);
const END = [0xff, 0xd9];

describe("of a JPEG", () => {
  it("only the picture, its colours and its orientation stay; what lies between and behind goes", () => {
    const exif = "Exif\0\0II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x06\0\0\0\x26\0\0\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0Maker\0";
    const jpeg = spelled(
      [0xff, 0xd8],
      segment(0xe0, `JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01abc`),
      segment(0xe1, exif),
      segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
      segment(0xe2, "ICC_PROFILE\0\x01\x01colours"),
      segment(0xe2, "MPF\0more"),
      segment(0xed, "Photoshop 3.0\0caption"),
      segment(0xee, "Adobe\0\x64\0\0\0\0\x01 and more"),
      segment(0xfe, "comment"),
      SCAN,
      segment(0xfe, "between"),
      segment(0xc4, "table"),
      [0xff, 0xda, 0, 2, 9],
      END,
      "a video behind it",
    );
    const kept = spelled(
      [0xff, 0xd8],
      segment(0xe0, `JFIF\0\x01\x02\0\0\x01\0\x01\0\0`),
      segment(0xe1, "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
      segment(0xe2, "ICC_PROFILE\0\x01\x01colours"),
      segment(0xee, "Adobe\0\x64\0\0\0\0\x01"),
      SCAN,
      segment(0xc4, "table"),
      [0xff, 0xda, 0, 2, 9],
      END,
    );
    expect(stripJpeg(jpeg)).toEqual(kept);
    expect(stripJpeg(kept)).toEqual(kept);
  });

  it("without a picture there is nothing to keep", () => {
    for (const jpeg of [[], [0xff, 0xd8], [0xff, 0xd8, 0xff], [0xff, 0xd8, ...END], [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1]]) {
      expect(stripJpeg(spelled(jpeg))).toBeUndefined();
    }
  });
});
