import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partsTo } from "../support/s3-parts.ts";
import { startServer, type TestServer, texts } from "../support/s3-server.ts";
import { md5 } from "../support/s3-sign.ts";

const MB = 1 << 20;
let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer();
});
afterAll(async () => s3.stop());

const { create, part, complete } = partsTo(() => s3);

describe("a multipart upload", () => {
  const [a, c] = [randomBytes(5 * MB), randomBytes(123)] as const;

  it("has a checksum over those of its parts, or of the whole", async () => {
    const sums = (data: Buffer) => ({
      sha256: createHash("sha256").update(data).digest(),
      crc32: Buffer.from(crc32(data).toString(16).padStart(8, "0"), "hex"),
    });
    const composite = await create("composite", { "x-amz-checksum-algorithm": "SHA256" });
    await part("composite", composite, 1, a);
    await part("composite", composite, 2, c, { "x-amz-checksum-sha256": sums(c).sha256.toString("base64") });
    const etag2 = sums(c).sha256.toString("hex", 0, 16);
    const first = await complete("composite", composite, [
      [1, md5(a)],
      [2, etag2],
    ]);
    const over = createHash("sha256")
      .update(Buffer.concat([sums(a).sha256, sums(c).sha256]))
      .digest("base64");
    expect([texts(first.text, "ChecksumSHA256"), texts(first.text, "ChecksumType")]).toEqual([[`${over}-2`], ["COMPOSITE"]]);

    const full = await create("full", { "x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT" });
    await part("full", full, 1, a);
    await part("full", full, 2, c);
    const whole = sums(Buffer.concat([a, c])).crc32.toString("base64");
    expect(
      (
        await complete(
          "full",
          full,
          [
            [1, md5(a)],
            [2, md5(c)],
          ],
          { "x-amz-checksum-crc32": "AAAAAA==" },
        )
      ).code,
    ).toBe("BadDigest");
    const second = await complete(
      "full",
      full,
      [
        [1, md5(a)],
        [2, md5(c)],
      ],
      { "x-amz-checksum-crc32": whole },
    );
    expect([texts(second.text, "ChecksumCRC32"), texts(second.text, "ChecksumType")]).toEqual([[whole], ["FULL_OBJECT"]]);
    const about = await s3.ask({
      method: "GET",
      key: "full",
      query: [["attributes", ""]],
      headers: { "x-amz-object-attributes": "ETag,Checksum,ObjectSize,ObjectParts" },
    });
    expect([texts(about.text, "ChecksumCRC32"), texts(about.text, "ObjectSize"), texts(about.text, "TotalPartsCount")]).toEqual([
      [whole],
      [String(a.length + 123)],
      ["2"],
    ]);
  });
});
