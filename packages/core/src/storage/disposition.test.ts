import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentDisposition, fileName } from "./disposition.ts";

describe("Content-Disposition", () => {
  it.each([
    ["a.jpg", `attachment; filename="a.jpg"; filename*=UTF-8''a.jpg`],
    ["Ünïcode äöü.heic", `attachment; filename="Unicode aou.heic"; filename*=UTF-8''%C3%9Cn%C3%AFcode%20%C3%A4%C3%B6%C3%BC.heic`],
    ["写真.jpg", `attachment; filename="_.jpg"; filename*=UTF-8''%E5%86%99%E7%9C%9F.jpg`],
    ["🏔️.png", `attachment; filename="_.png"; filename*=UTF-8''%F0%9F%8F%94%EF%B8%8F.png`],
    ['say "hi".jpg', `attachment; filename="say _hi_.jpg"; filename*=UTF-8''say%20_hi_.jpg`],
    ["a\r\nSet-Cookie: x=1.jpg", `attachment; filename="aSet-Cookie_ x=1.jpg"; filename*=UTF-8''aSet-Cookie_%20x%3D1.jpg`],
    ["../../etc/passwd", `attachment; filename="_.._etc_passwd"; filename*=UTF-8''_.._etc_passwd`],
    ["photo\u202Egpj.exe", `attachment; filename="photogpj.exe"; filename*=UTF-8''photogpj.exe`],
    ["100%'(1)*.jpg", `attachment; filename="100_'(1)_.jpg"; filename*=UTF-8''100%25%27%281%29_.jpg`],
    ["", `attachment; filename="file"; filename*=UTF-8''file`],
    ["...", `attachment; filename="file"; filename*=UTF-8''file`],
  ])("of %j is %s", (name, value) => {
    expect(contentDisposition(name)).toBe(value);
  });

  it("keeps the extension of a name that is cut for old clients, and the whole name for others", () => {
    const value = contentDisposition(`${"x".repeat(1000)}.jpeg`);
    expect(/filename="(?<name>[^"]*)"/u.exec(value)?.groups?.["name"]).toBe(`${"x".repeat(145)}.jpeg`);
    expect(value).toContain(`UTF-8''${"x".repeat(1000)}.jpeg`);
  });

  it("is one line of printable ASCII that reads back as the safe name, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const value = contentDisposition(name);
        const read = /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''(?<extended>[\w!#$&+.^`|~%-]+)$/u.exec(
          value,
        );
        expect(decodeURIComponent(read?.groups?.["extended"] ?? "")).toBe(fileName(name));
      }),
    );
  });
});
