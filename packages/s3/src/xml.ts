import { S3Error } from "./error.ts";

/** What can be written: text, numbers, flags, an element's children by name, or a list of the same element. Undefined is left out. */
export type XmlValue = string | number | boolean | undefined | XmlChildren | readonly XmlValue[];
export type XmlChildren = { [name: string]: XmlValue };

/** An element that was read. */
export type XmlElement = { name: string; children: XmlElement[]; text: string };

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const MAX_DEPTH = 16;

/** A document with `name` as its root, in the namespace of S3. */
export function document(name: string, children: XmlValue, namespace = NAMESPACE): string {
  const attribute = namespace === "" ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${attribute}>${write(children)}</${name}>`;
}

function write(value: XmlValue): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escape(String(value));
  if (isList(value)) return value.map(write).join("");
  let text = "";
  for (const [name, child] of Object.entries(value)) {
    for (const item of isList(child) ? child : [child]) {
      if (item === undefined) continue;
      text += `<${name}>${write(item)}</${name.split(" ", 1)[0]}>`;
    }
  }
  return text;
}

/** Keys may hold characters that XML 1.0 cannot; like S3 we write them as references, and `encoding-type=url` is the way around. */
function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this pattern is for
  return text.replaceAll(/[&<>"\u0000-\u001f\u007f]/gu, (character) => {
    if (character === "&") return "&amp;";
    if (character === "<") return "&lt;";
    if (character === ">") return "&gt;";
    if (character === '"') return "&quot;";
    return `&#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()};`;
  });
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/**
 * Reads a small document strictly: elements, text, CDATA, comments and the five entities. Attributes are skipped, prefixes of names cut off.
 * Throws MalformedXML for anything else, a DOCTYPE above all, so that no entity can expand.
 */
export function parseXml(text: string): XmlElement {
  const root: XmlElement = { name: "", children: [], text: "" };
  const open: XmlElement[] = [root];
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/uy;
  const source = text.replace(/^\ufeff/u, "");
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const current = open.at(-1);
    if (!match || !current) throw new S3Error("MalformedXML");
    const [, cdata, slash, name, , selfClosing, plain] = match;
    if (plain !== undefined) current.text += unescape(plain);
    if (cdata !== undefined) current.text += cdata;
    if (name === undefined) continue;
    if (slash === "/") close(open, name);
    else start(open, name, selfClosing === "/");
  }
  const [only, ...more] = root.children;
  if (!only || more.length > 0 || open.length !== 1 || root.text.trim() !== "") throw new S3Error("MalformedXML");
  return only;
}

/** The text of a child as it stands, spaces included (keys may have them), or undefined. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function start(open: XmlElement[], name: string, selfClosing: boolean): void {
  const element = { name: local(name), children: [], text: "" };
  open.at(-1)?.children.push(element);
  if (open.length > MAX_DEPTH) throw new S3Error("MalformedXML");
  if (!selfClosing) open.push(element);
}

function close(open: XmlElement[], name: string): void {
  const element = open.pop();
  if (open.length === 0 || element?.name !== local(name)) throw new S3Error("MalformedXML");
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

const ENTITIES = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function unescape(text: string): string {
  return text.replaceAll(/&([^;&\s]*);?/gu, (whole, name: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/u.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES.get(name);
    if (character === undefined || !whole.endsWith(";")) throw new S3Error("MalformedXML");
    return character;
  });
}
