import { S3Error } from "./error.ts";
import { parseQuery } from "./request.ts";
import { childrenOf, childText, parseXml } from "./xml.ts";

export type Tags = [string, string][];

const MAX_TAGS = { object: 10, bucket: 50 } as const;

/** The tags of the `x-amz-tagging` header, written like a query. */
export function readTagHeader(headers: ReadonlyMap<string, string>): { tags?: Tags } {
  const header = headers.get("x-amz-tagging");
  if (header === undefined || header === "") return {};
  const tags = parseQuery(header).entries.map(([name, value]): [string, string] => [name, value]);
  return { tags: checkTags(tags, "object") };
}

/** The tags of a Tagging document. Throws MalformedXML or InvalidTag. */
export function parseTags(text: string, of: keyof typeof MAX_TAGS): Tags {
  const root = parseXml(text);
  const [set] = childrenOf(root, "TagSet");
  if (root.name !== "Tagging" || !set) throw new S3Error("MalformedXML");
  const tags = childrenOf(set, "Tag").map((tag): [string, string] => {
    const name = childText(tag, "Key");
    const value = childText(tag, "Value");
    if (name === undefined || value === undefined) throw new S3Error("MalformedXML");
    return [name, value];
  });
  return checkTags(tags, of);
}

export function tagSet(tags: Readonly<Tags>): { TagSet: { Tag: { Key: string; Value: string }[] } } {
  return { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } };
}

function checkTags(tags: Tags, of: keyof typeof MAX_TAGS): Tags {
  if (tags.length > MAX_TAGS[of]) throw new S3Error("InvalidTag", `There can be at most ${MAX_TAGS[of]} tags.`);
  if (new Set(tags.map(([name]) => name)).size < tags.length) {
    throw new S3Error("InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  for (const [name, value] of tags) {
    if (name === "" || [...name].length > 128) throw new S3Error("InvalidTag", "The TagKey you have provided is invalid");
    if ([...value].length > 256) throw new S3Error("InvalidTag", "The TagValue you have provided is invalid");
  }
  return tags;
}
