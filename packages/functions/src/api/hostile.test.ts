import { type Browser, jsonOf, useApi } from "@tintype/test/api";
import { HOSTILE } from "@tintype/test/hostile";
import { addShown } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { openWorld, type Things, type World } from "@tintype/test/world";
import { newId } from "@tintype/core/kernel";
import { beforeAll, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));

let world: World;
let mia: Browser;
let things: Things;

beforeAll(async () => {
  world = await openWorld(api(), store());
  mia = world.browsers.unlocked;
  ({ things } = world);
});

/** What a field takes is told again as it is, but for what a database cannot keep; all else is refused as not valid. */
const asKept = (text: string): string[] => [
  text,
  text.trim(),
  text.replaceAll(/\0|\ud800/gu, "\ufffd"),
  text.replaceAll("\ud800", "\ufffd"),
];

/** Every field in which somebody writes something: how it is sent, and how it is told. */
const FIELDS: Readonly<Record<string, (text: string) => Promise<{ sent: Response; told: () => Promise<string> }>>> = {
  "the title of an album": async (title) => {
    const sent = await mia.send("POST", "/api/albums", { title });
    return { sent, told: async () => (await jsonOf(mia.get(`/api/albums/${(await jsonOf(sent.clone())).id}`))).title };
  },
  "the description of an album": async (description) => {
    const sent = await mia.send("PATCH", `/api/albums/${things.album.id}`, { description });
    return { sent, told: async () => (await jsonOf(mia.get(`/api/albums/${things.album.id}`))).description };
  },
  "a person's name": async (name) => {
    const sent = await world.browsers.stranger.send("PATCH", "/api/me", { name });
    return { sent, told: async () => (await jsonOf(world.browsers.stranger.get("/api/me"))).user.name };
  },
  "the name of an API key": async (name) => {
    const sent = await mia.send("POST", "/api/keys", { name, scopes: ["upload"] });
    const told = async () => {
      const { id } = await jsonOf(sent.clone());
      const { keys } = await jsonOf(mia.get("/api/keys"));
      await mia.send("DELETE", `/api/keys/${id}`);
      return keys.find((key: { id: string }) => key.id === id).name;
    };
    return { sent, told };
  },
  "the name of a passkey": async (name) => {
    const { passkeyId } = things.account;
    const sent = await mia.send("PATCH", `/api/passkeys/${passkeyId}`, { name });
    return {
      sent,
      told: async () => (await jsonOf(mia.get("/api/passkeys"))).passkeys.find((key: { id: string }) => key.id === passkeyId).name,
    };
  },
  "the name on an invitation": async (name) => {
    const { admin } = world.browsers;
    const sent = await admin.send("POST", "/api/invites", { name });
    const told = async () => {
      const { id } = await jsonOf(sent.clone());
      const { invites } = await jsonOf(admin.get("/api/invites"));
      await admin.send("DELETE", `/api/invites/${id}`);
      return invites.find((each: { id: string }) => each.id === id).name;
    };
    return { sent, told };
  },
  "the title of what is shared by hand": async (title) => {
    const sent = await mia.send("POST", "/api/links", { assetIds: [things.shared.id], title });
    const told = async () => {
      const { id } = await jsonOf(sent.clone());
      const { links } = await jsonOf(mia.get("/api/links"));
      return links.find((link: { id: string }) => link.id === id).album.title;
    };
    return { sent, told };
  },
  "the name that a guest gives": async (guestName) => {
    const { link } = world.browsers;
    const file = fileOf(crypto.randomUUID());
    const sent = await link.send("POST", `/s/${world.tokens.link}/uploads`, { files: [file], guestName });
    return { sent, told: async () => (await jsonOf(mia.get("/api/audit"))).entries[0].details.name };
  },
};

describe.each(Object.keys(FIELDS))("%s", (field) => {
  it.each(Object.entries(HOSTILE))("is told as it is kept, or is not valid: %s", async (_, text) => {
    const { sent, told } = await FIELDS[field]!(text);
    if (sent.status === 400) return;
    expect(sent.status).toBeOneOf([200, 201, 204]);
    expect(sent.headers.get("content-type") ?? "").toMatch(sent.status === 204 ? /^$/u : /json/u);
    expect(asKept(text)).toContain(await told());
  });
});

describe("a file with this name", () => {
  it.each(Object.entries(HOSTILE))("is sent to a key that says nothing else, or is not taken: %s", async (_, name) => {
    const sent = await mia.send("POST", "/api/uploads", { files: [fileOf(crypto.randomUUID(), { name })] });
    if (sent.status === 400) return;
    const { files } = await jsonOf(sent);
    if (files[0].status === "refused") return;
    expect(new URL(files[0].request.url).pathname).toMatch(/^\/photos\/library\/mia\/2024\/06\/[\w.~-]+$/u);
  });
});

describe("what stands in an address or is one", () => {
  it.each(Object.entries(HOSTILE))("is a name of a link or an e-mail address only when it is a proper one: %s", async (_, text) => {
    const link = { albumId: things.album.id, slug: text, password: "open sesame" };
    const { token } = things.invite;
    const person = { token, name: "Nora", email: text, password: "correct horse battery" };
    const origins = { albumId: things.album.id, frameOrigins: [text] };
    const answers = [
      await mia.send("POST", "/api/links", link),
      await mia.send("POST", "/api/links", origins),
      await world.browsers.anonymous.send("POST", "/api/invites/accept", person),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it.each(Object.entries(HOSTILE))("is no part of where a guest's file goes: %s", async (_, name) => {
    const sent = await world.browsers.link.send("POST", `/s/${world.tokens.link}/uploads`, {
      files: [fileOf(crypto.randomUUID(), { name: `${name}.jpg` })],
    });
    if (sent.status === 400) return;
    const { files } = await jsonOf(sent);
    if (files[0].status === "refused") return;
    expect(new URL(files[0].request.url).pathname).toMatch(/^\/photos\/incoming\/mia\/[\w.~-]+$/u);
  });
});

describe("a photo with this name", () => {
  it.each(Object.entries(HOSTILE).filter(([word]) => word !== "zero"))("is saved under one that is harmless: %s", async (_, name) => {
    const id = newId();
    const key = `library/mia/2026/11/hostile~${id.slice(-8)}.jpg`;
    await store().put(key, new TextEncoder().encode("<script>alert(1)</script>"), { type: "image/jpeg" });
    await addShown({ ...api().system, store: store() }, things.account.id, "2026-11-22T10:00:00", { id, key, name, type: "text/html" });
    const { urls } = await jsonOf(mia.get(`/api/assets/${id}`));
    // What a browser would run is never shown from the store's origin, whatever it calls itself.
    expect(urls.original).toBeNull();
    const { files } = await jsonOf(mia.send("POST", "/api/assets/downloads", { ids: [id] }));
    const redirect = await mia.get(`/api/assets/${id}/original`);
    for (const url of [urls.download, files[0].url, redirect.headers.get("location")]) {
      const { headers, status } = await fetch(url);
      expect(status).toBe(200);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("set-cookie")).toBeNull();
      const [kind, ascii, exact] = (headers.get("content-disposition") ?? "").split("; filename");
      expect([kind, ascii, exact]).toEqual([
        "attachment",
        expect.stringMatching(/^="[^"\\/]+"$/u),
        expect.stringMatching(/^\*=UTF-8''[\w.~!%&+^`|$#-]+$/u),
      ]);
      const saved = decodeURIComponent(exact!.slice("*=UTF-8''".length));
      expect(saved).not.toMatch(/[\p{Cc}/\\:*?"<>|\u202A-\u202E\u2066-\u2069]/u);
      expect(saved).not.toMatch(/^\.|\.$/u);
    }
  });
});

describe("an address", () => {
  it.each([
    "/api/assets/%00",
    "/api/assets/..%2f..%2fetc%2fpasswd",
    "/..%2f..%2fetc/passwd",
    "/assets/..%5c..%5cx.js",
    "/%c0%ae%c0%ae/x",
    "/api//me",
    "/api/albums/%0d%0aset-cookie:%20a=1",
  ])("that tries to leave its place finds nothing: %s", async (path) => {
    const answer = await mia.get(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});
