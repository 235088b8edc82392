import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S3Error } from "./error.ts";
import { childText, document, parseXml } from "./xml.ts";

describe("XML", () => {
  it("that is written can be read, with every character that a key may have", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (key) => {
        expect(childText(parseXml(document("Delete", { Key: key })), "Key")).toBe(key);
      }),
    );
  });

  it("is written as S3 writes it", () => {
    expect(document("A", { B: [1, 2], C: undefined, D: { E: "<&>\u0001" }, F: [] }, "")).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<A><B>1</B><B>2</B><D><E>&lt;&amp;&gt;&#x1;</E></D></A>',
    );
  });

  it("is read with prefixes, attributes, comments, CDATA and a byte order mark", () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?><!-- x --><s:A xmlns:s="urn:x"><s:Key> a<![CDATA[<b>]]>&#x263A;&amp; </s:Key><E/></s:A>',
    );
    expect([root.name, childText(root, "Key"), childText(root, "E"), childText(root, "none")]).toEqual(["A", " a<b>☺& ", "", undefined]);
  });

  it.each([
    ["nothing", ""],
    ["an element that is not closed", "<A><B></A>"],
    ["a wrong end", "<A></B>"],
    ["two roots", "<A/><B/>"],
    ["text outside", "<A/>x"],
    ["an end without a start", "</A>"],
    ["a DOCTYPE", '<!DOCTYPE a [<!ENTITY x "y">]><A>&x;</A>'],
    ["an unknown entity", "<A>&x;</A>"],
    ["an entity without end", "<A>&amp</A>"],
    ["a character that there is not", "<A>&#x110000;</A>"],
    ["a depth that no document of S3 has", `${"<A>".repeat(50)}${"</A>".repeat(50)}`],
  ])("is refused with %s", (_, text) => {
    expect(() => parseXml(text)).toThrow(S3Error);
  });

  it("of random text is refused and nothing worse", () => {
    const tag = fc.constantFrom("<", ">", "/", "A", "&", ";", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", '"', "=", " ", "#x");
    fc.assert(
      fc.property(fc.array(tag), (parts) => {
        try {
          expect(parseXml(parts.join("")).name).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(S3Error);
        }
      }),
    );
  });

  it("of 1 MB that never closes is refused quickly", () => {
    const begin = performance.now();
    expect(() => parseXml(`<A ${"a ".repeat(500_000)}`)).toThrow(S3Error);
    expect(() => parseXml("<!--".repeat(250_000))).toThrow(S3Error);
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
