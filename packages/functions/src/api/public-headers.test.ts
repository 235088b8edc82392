import { ORIGIN, STORE_ORIGIN, browse, useApi } from "@tintype/test/api";
import { directives, HEADERS, policyOf } from "@tintype/test/headers";
import { addSecretPhoto, type Guest, shareFiles, shareWorld } from "@tintype/test/link";
import { quick } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { beforeAll, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: STORE_ORIGIN, sign: store().sign }), web: shareFiles }));

const FRAME = "https://blog.example.org";

let photo: string;
let guests: Record<"open" | "closed" | "unknown", Guest>;

beforeAll(async () => {
  const system = { ...api().system, store: store() };
  const world = await shareWorld({ ...api(), system }, quick.hash);
  photo = await addSecretPhoto(system, world.anna.id);
  const open = await world.share([photo], { hideMetadata: false, frameOrigins: [FRAME] });
  const closed = await world.share([photo], { password: "open sesame" });
  guests = { open, closed, unknown: { ...browse(api().app, ORIGIN, "10.8.1.1"), token: "A".repeat(32), linkId: "" } };
});

type Row = {
  who: keyof typeof guests;
  status: number;
  path: () => string;
  body?: () => object;
  framed?: true;
  elsewhere?: true;
  cache?: string;
};

const ids = () => ({ ids: [photo] });

/**
 * One of each kind of answer under `/s/`. Pages alone are shown in frames, and only in those that their owner named; pictures of a link without a
 * password are for the pages `elsewhere` that mention it.
 */
const ROWS: Readonly<Record<string, Row>> = {
  "a page": { who: "open", status: 200, path: () => "", framed: true },
  "a page of a photo": { who: "open", status: 200, path: () => `/p/${photo}`, framed: true },
  "a page that asks for a password": { who: "closed", status: 200, path: () => "" },
  "the page of no link": { who: "unknown", status: 404, path: () => "" },
  "what a link shows": { who: "open", status: 200, path: () => "/open" },
  "its geometry": { who: "open", status: 200, path: () => "/geometry", cache: "private, no-cache" },
  "its items": { who: "open", status: 200, path: () => "/items", body: ids },
  "one of them": { who: "open", status: 200, path: () => `/assets/${photo}` },
  "the way to an original": { who: "open", status: 302, path: () => `/assets/${photo}/original` },
  "the way to a preview": { who: "open", status: 302, path: () => `/assets/${photo}/preview`, elsewhere: true },
  "the files of a zip": { who: "open", status: 200, path: () => "/downloads", body: ids },
  "a feed in XML": { who: "open", status: 200, path: () => "/feed.xml" },
  "a feed in JSON": { who: "open", status: 200, path: () => "/feed.json" },
  "the way to its picture": { who: "open", status: 302, path: () => "/og.jpg", elsewhere: true },
  "a wrong password": { who: "closed", status: 401, path: () => "/unlock", body: () => ({ password: "not it" }) },
  "what has a password": { who: "closed", status: 401, path: () => "/open" },
  "a feed that has a password": { who: "closed", status: 401, path: () => "/feed.xml" },
  "a picture that has a password": { who: "closed", status: 401, path: () => "/og.jpg" },
  "no link": { who: "unknown", status: 404, path: () => "/open" },
  "no link's feed": { who: "unknown", status: 404, path: () => "/feed.json" },
  "no link's picture": { who: "unknown", status: 404, path: () => "/og.jpg" },
  "what a link has not": { who: "open", status: 404, path: () => "/nothing" },
  "no photo of it": { who: "open", status: 404, path: () => `/assets/${crypto.randomUUID()}` },
  "what is not allowed": { who: "open", status: 403, path: () => "/uploads", body: () => ({ files: [fileOf("a")] }) },
  "what is not valid": { who: "open", status: 400, path: () => "/items", body: () => ({ ids: "all" }) },
};

describe.each(Object.entries(ROWS))("%s", (_, { who, status, path, body, framed, elsewhere, cache = "no-store" }) => {
  it("is for no search engine, no other site and no cache, and tells nobody where one came from", async () => {
    const guest = guests[who];
    const url = `/s/${guest.token}${path()}`;
    const answer = await (body ? guest.send("POST", url, body()) : guest.get(url));
    const { headers } = answer;
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(headers)).toMatchObject({
      ...HEADERS,
      "cross-origin-resource-policy": elsewhere ? "cross-origin" : "same-origin",
      "x-robots-tag": "noindex, nofollow, noarchive",
      "cache-control": cache,
    });
    expect(directives(headers.get("content-security-policy"))).toEqual({
      ...policyOf(STORE_ORIGIN),
      "frame-ancestors": framed ? FRAME : "'none'",
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});
