import { spelled } from "@tintype/test/spelled";
import { describe, expect, it } from "vitest";
import { stripGif } from "./gif.ts";

describe("of a GIF", () => {
  const head = spelled("GIF89a", [1, 0, 1, 0, 0x80, 0, 0, 1, 2, 3, 4, 5, 6]);
  const loop = spelled([0x21, 0xff, 11], "NETSCAPE2.0", [3, 1, 0, 0, 0]);
  const image = spelled([0x21, 0xf9, 4, 0, 0, 0, 0, 0], [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0], [2, 2, 0x44, 1, 0]);

  it("pictures and the loop stay; comments, words and XMP go, and what is behind the end", () => {
    const gif = spelled(
      head,
      loop,
      [0x21, 0xfe, 4],
      "here",
      [0],
      [0x21, 0xff, 11],
      "XMP DataXMP",
      [4],
      "<xmp",
      [0],
      [0x21, 0x01, 1, 7, 0],
      image,
      [0x3b],
      "tail",
    );
    expect(stripGif(gif)).toEqual(spelled(head, loop, image, [0x3b]));
  });

  it("that breaks off there is none", () => {
    expect(stripGif(spelled(head, image))).toBeUndefined();
  });
});
