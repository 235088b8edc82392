import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "node:zlib";
import { digestOf } from "./checksum.ts";
import { combineCrc } from "./crc-combine.ts";
import { crc32c, crc64nvme } from "./crc.ts";

/** Bit by bit, as the definition says. */
function slow(data: Uint8Array, width: bigint, polynomial: bigint): bigint {
  const ones = (1n << width) - 1n;
  let crc = ones;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crc ^ ones;
}

describe("a CRC", () => {
  it("has the published check values", () => {
    const check = Buffer.from("123456789");
    expect(crc32c(check)).toBe(0xe3069283);
    expect(crc64nvme(check)).toBe(0xae8b14860a799888n);
    expect(crc64nvme(Buffer.alloc(4096))).toBe(0x6482d367eb22b64en);
    expect(crc64nvme(Buffer.alloc(4096, 0xff))).toBe(0xc0ddba7302eca3acn);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(digestOf("crc32", check).toString("hex")).toBe("cbf43926");
  });

  it("is that of the definition for any data, in one piece or two", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (data, cut) => {
        const [first, second] = [data.subarray(0, cut), data.subarray(cut)];
        expect(BigInt(crc32c(second, crc32c(first)))).toBe(slow(data, 32n, 0x82f63b78n));
        expect(crc64nvme(second, crc64nvme(first))).toBe(slow(data, 64n, 0x9a6c9329ac4bc9b5n));
      }),
    );
  });

  it.each(["crc32", "crc32c", "crc64nvme"] as const)("of a whole is made of those of its pieces: %s", (name) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        const combined = combineCrc(name, digestOf(name, first), digestOf(name, second), second.length);
        expect(combined).toEqual(digestOf(name, Buffer.concat([first, second])));
      }),
    );
  });

  it("agrees with zlib where zlib has it", () => {
    expect(digestOf("crc32", Buffer.from("tintype")).readUInt32BE()).toBe(crc32(Buffer.from("tintype")));
  });
});
