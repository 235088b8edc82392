import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChunkedOptions, decodeChunked, type Trailers } from "./chunked.ts";
import { signingKey } from "./sigv4.ts";

/** The two examples that AWS publishes for chunked uploads: 65 KB of `a`, without and with a trailing checksum. */
const SCOPE = "20130524/us-east-1/s3/aws4_request";
const seed = (signature: string) => ({
  key: signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SCOPE.split("/")),
  date: "20130524T000000Z",
  scope: SCOPE,
  signature,
});
const plainSeed = seed("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
const trailerSeed = seed("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");

function chunk(size: number, signature: string): string {
  return `${size.toString(16)};chunk-signature=${signature}\r\n${"a".repeat(size)}\r\n`;
}
const plain =
  chunk(65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648") +
  chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497") +
  chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
const withTrailer = `${
  chunk(65_536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2") +
  chunk(1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
}0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\nx-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n`;

/** The text in pieces of `size` bytes. */
async function* pieces(text: string, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), "latin1");
}

async function decode(text: string, options: ChunkedOptions, size?: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const data of decodeChunked(pieces(text, size), options)) chunks.push(Buffer.from(data));
  return Buffer.concat(chunks).toString("latin1");
}

describe("a chunked body", () => {
  it.each([1, 7, 86, 65_536, 1_000_000])("signed as in AWS's example is read, in packets of %i bytes", async (size) => {
    expect(await decode(plain, { seed: plainSeed }, size)).toBe("a".repeat(66_560));
  });

  it("with a signed trailer as in AWS's example is read", async () => {
    const trailers: Trailers = new Map();
    expect(await decode(withTrailer, { seed: trailerSeed, trailers })).toHaveLength(66_560);
    expect(trailers.get("x-amz-checksum-crc32c")).toBe("sOO8/Q==");
  });

  it.each([
    ["a changed byte", plain.replace("aab\r\n", "aaa\r\n").replace(/a\r\n400/u, "b\r\n400"), "SignatureDoesNotMatch"],
    ["a changed last signature", plain.replace("b6c6ea8a", "b6c6ea8b"), "SignatureDoesNotMatch"],
    ["a chunk left out", plain.slice(0, 65_536 + 90) + plain.slice(plain.lastIndexOf("0;chunk")), "SignatureDoesNotMatch"],
    ["no signature", plain.replace(/;chunk-signature=[0-9a-f]+/u, ""), "SignatureDoesNotMatch"],
    ["an end too early", plain.slice(0, -100), "IncompleteBody"],
    ["an end within the data", plain.slice(0, 3000), "IncompleteBody"],
    ["more data than the chunk says", plain.replace("\r\n400", "a\r\n400"), "InvalidRequest"],
    ["data behind the end", `${plain}more`, "InvalidRequest"],
    ["a size that is no number", `xyz${plain.slice(5)}`, "InvalidRequest"],
    ["a header that never ends", "1".repeat(50_000), "InvalidRequest"],
  ])("is refused for %s", async (_, text, code) => {
    await expect(decode(text, { seed: plainSeed })).rejects.toMatchObject({ code });
  });

  it.each([
    ["a changed trailer", withTrailer.replace("sOO8", "sOO9")],
    ["a trailer without its signature", withTrailer.replace(/x-amz-trailer-signature:[0-9a-f]+\r\n/u, "")],
  ])("is refused for %s", async (_, text) => {
    await expect(decode(text, { seed: trailerSeed, trailers: new Map() })).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  it("without signatures gives its trailers, with or without the last empty line", async () => {
    for (const end of ["\r\n\r\n", "\r\n"]) {
      const trailers: Trailers = new Map();
      expect(await decode(`5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg==${end}`, { trailers })).toBe("hello");
      expect([...trailers]).toEqual([["x-amz-checksum-crc32", "NhCmhg=="]]);
    }
  });

  it("may not bring trailers that were not announced", async () => {
    await expect(decode("0\r\nx-evil:1\r\n\r\n", {})).rejects.toMatchObject({ code: "InvalidRequest" });
  });

  it("gives what went in, however it is cut into chunks and packets", async () => {
    const chunks = fc.array(fc.string({ minLength: 1, maxLength: 50, unit: "binary-ascii" }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 60 }), async (parts, size) => {
        const text = `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\n\r\n`;
        expect(await decode(text, {}, size)).toBe(parts.join(""));
      }),
    );
  });

  it("of random bytes is refused and nothing worse", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary-ascii", maxLength: 200 }), async (text) => {
        const result = await decode(text, { trailers: new Map() }).catch((error: unknown) => (error instanceof Error ? error.name : error));
        expect(typeof result === "string").toBe(true);
        if (!text.startsWith("0")) expect(["S3Error", ...text.split("\r\n")]).toContain(result);
      }),
    );
  });
});
