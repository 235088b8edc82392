import type { Reply } from "./call.ts";
import { document, type XmlValue } from "./xml.ts";

/** A 200 with an XML document. */
export function xmlReply(name: string, children: XmlValue, headers: Record<string, string | undefined> = {}): Reply {
  return { status: 200, headers: { "content-type": "application/xml", ...headers }, body: document(name, children) };
}

/** There is one owner of everything. */
export const OWNER = { ID: "owner", DisplayName: "owner" };
