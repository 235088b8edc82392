const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Anybody's text as text of an HTML or XML document, between tags or in an attribute in quotes: nothing in it is markup, and what XML cannot hold
 * or what turns a text around is left out.
 */
export function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]|[\u202A-\u202E\u2066-\u2069]/gu, "")
    .replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? "");
}
