import { user } from "@tintype/core/account/table";
import { album } from "@tintype/core/album/table";
import { DOMParser } from "@xmldom/xmldom";
import { jsonOf } from "@tintype/test/api";
import { wellFormed } from "@tintype/test/arbitrary";
import { HOSTILE } from "@tintype/test/hostile";
import { addSecretPhoto, page, type SharedWorld, useLinks } from "@tintype/test/link";
import { eq } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";

const api = useLinks();

let world: SharedWorld;
let harmless: Awaited<ReturnType<typeof written>>;
const system = () => api().system;

beforeAll(async () => {
  ({ world } = api());
  harmless = await written("Mongolia");
});

/** What stands in a document of a text: without what turns it around or no document can hold; a line ends in one way. */
function shown(text: string): string {
  return wellFormed(text)
    .replaceAll(/[\u202A-\u202E\u2066-\u2069]/gu, "")
    .replaceAll(/\r\n?/gu, "\n");
}

type Parsed = { elements: string[]; attributes: Map<string, string>; texts: Map<string, string> };

/** A document as a parser has it, which must find nothing wrong with it. */
function parsed(text: string, type: "text/html" | "application/xml"): Parsed {
  const problems: string[] = [];
  // Half a character, which no document can hold, is told as the sign for that.
  const note = (_: string, problem: string): void => {
    if (!problem.startsWith("Unicode replacement character")) problems.push(problem);
  };
  const document = new DOMParser({ onError: note }).parseFromString(text, type);
  expect(problems).toEqual([]);
  const all = Array.from(document.getElementsByTagName("*"));
  const named = (element: (typeof all)[number]) => element.getAttribute("property") ?? element.getAttribute("name") ?? element.tagName;
  return {
    elements: all.map((element) => [element.tagName, ...Array.from(element.attributes, ({ name }) => name)].join(" ")),
    attributes: new Map(all.map((element) => [named(element), element.getAttribute("content") ?? ""])),
    texts: new Map(all.toReversed().map((element) => [element.tagName, element.textContent ?? ""])),
  };
}

/** The page and the feeds of a link where somebody has written this everywhere. */
async function written(text: string) {
  const named = await addSecretPhoto(system(), world.anna.id, { name: text, description: text });
  const guest = await world.share([named], { hideMetadata: false }, text);
  await api().db.update(album).set({ description: text }).where(eq(album.title, text));
  await api().db.update(user).set({ name: text }).where(eq(user.id, world.anna.id));
  const html = await (await page(guest)).text();
  const xml = await (await guest.get(`/s/${guest.token}/feed.xml`)).text();
  return {
    html: parsed(html, "text/html"),
    xml: parsed(xml, "application/xml"),
    json: await jsonOf(guest.get(`/s/${guest.token}/feed.json`)),
  };
}

it.each(Object.entries(HOSTILE).filter(([word]) => word !== "zero"))(
  "whatever somebody writes is words in the page of a link, in what chats show of it and in its feeds, and nothing else: %s",
  async (_, text) => {
    const hostile = await written(text);
    const attribute = shown(text).replaceAll("\n", " ");
    // The same elements with the same attributes: none is theirs.
    expect(hostile.html.elements).toEqual(harmless.html.elements);
    expect(hostile.xml.elements).toEqual(harmless.xml.elements);
    expect(hostile.html.texts.get("title")).toBe(shown(text));
    expect(hostile.html.attributes.get("og:title")).toBe(attribute);
    expect(hostile.html.attributes.get("og:description")).toBe(attribute);
    expect(hostile.xml.texts.get("title")).toBe(shown(text));
    expect(hostile.json).toMatchObject({ title: wellFormed(text), description: wellFormed(text), items: [{}] });
  },
);
