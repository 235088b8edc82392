import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readForm } from "./form.ts";

const TYPE = 'multipart/form-data; boundary="XX"';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 1000): Promise<{ fields: Record<string, string>; fileName: string; file: string }> {
  const form = await readForm(pieces(text, size), TYPE);
  const chunks: Buffer[] = [];
  for await (const chunk of form.file) chunks.push(Buffer.from(chunk));
  return { fields: Object.fromEntries(form.fields), fileName: form.fileName, file: Buffer.concat(chunks).toString() };
}

function write(fields: Record<string, string>, fileName: string, file: string): string {
  const parts = Object.entries(fields).map(([name, value]) => `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const head = `--XX\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: image/jpeg\r\n\r\n`;
  return `${parts.join("")}${head}${file}\r\n--XX--\r\n`;
}

describe("a form", () => {
  it("gives its fields and its file, in packets of any size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 50 }), async (content, size) => {
        fc.pre(!content.includes("--XX"));
        const file = `a\r\n--X${content}\r\n-`;
        expect(await read(write({ Key: "photo/${filename}", "x-amz-date": "d" }, "été.jpg", file), size)).toEqual({
          fields: { key: "photo/${filename}", "x-amz-date": "d" },
          fileName: "été.jpg",
          file,
        });
      }),
    );
  });

  it.each([
    ["without its end", write({}, "a", "data").slice(0, -12)],
    ["without a file", '--XX\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--XX--\r\n'],
    ["with a part without a name", "--XX\r\nContent-Type: text/plain\r\n\r\na\r\n--XX--\r\n"],
    ["of another boundary", write({}, "a", "data").replaceAll("XX", "YY")],
    ["that is empty", ""],
    ["with a field of a megabyte", write({ key: "a".repeat(1_000_000) }, "a", "data")],
  ])("%s is refused", async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ name: "S3Error" });
  });

  it("of a type without a boundary is refused", async () => {
    await expect(readForm(pieces("", 1), "multipart/form-data")).rejects.toMatchObject({ code: "MalformedPOSTRequest" });
  });
});
