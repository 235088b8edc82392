import type { Signer } from "@tintype/core/storage";
import { addShown } from "@tintype/test/person";
import { type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { account } from "@tintype/core/account/table";
import * as Timeline from "@tintype/core/timeline";
import { beforeAll, describe, expect, it } from "vitest";

const STORE = "http://store.test:9000";
const SAME_ORIGIN = { cookie: "tintype.store=same-origin" };

const store = useStore();
const direct = (): Signer => store().withPublicEndpoint(STORE).sign;
/** What is forwarded is tested with the adapter; here it is enough that its URLs are told apart. */
const forwarded = ({ origin }: URL): Signer => store().withPublicEndpoint(`${origin}/store`).sign;
const publicStore = () => ({ origin: STORE, sign: direct() });

const homelab = useApi(() => ({ store: store(), publicStore, forwarded }));
const laptop = useApi(() => ({ store: store(), publicStore }));
let browser: Browser;
let assetId: string;

beforeAll(async () => {
  const api = homelab();
  browser = await setUpOwner(api);
  const [{ userId } = { userId: "" }] = await api.db.select().from(account).limit(1);
  assetId = await addShown(api.system, userId, "2026-11-22T10:00:00");
  await store().put(`library/x/${assetId}.jpg`, new Uint8Array(10), { type: "image/jpeg" });
  await Timeline.refresh(api.system, userId);
});

/** The origins of all that is signed in the answers of this browser. */
async function signedFor(headers: Record<string, string>): Promise<string[]> {
  const withSession = { cookie: [browser.cookie(), headers["cookie"]].filter(Boolean).join("; ") };
  const asset = await jsonOf(browser.get(`/api/assets/${assetId}`, withSession));
  const plan = await jsonOf(browser.send("POST", "/api/uploads", { files: [fileOf(`reach ${JSON.stringify(headers)}`)] }, withSession));
  const original = await browser.get(`/api/assets/${assetId}/original`, withSession);
  const urls = [asset.urls.download, plan.files[0].request.url, original.headers.get("location") ?? ""];
  return urls.map((url: string) => url.slice(0, url.indexOf("/photos/")));
}

describe("the way to the store", () => {
  it("is the direct one for a browser that says nothing, or something else", async () => {
    for (const headers of [{}, { cookie: "tintype.store=direct" }, { cookie: "tintype.store=" }]) {
      expect(await signedFor(headers)).toEqual([STORE, STORE, STORE]);
    }
  });

  it("is through us, at the origin of the page, for one that says so, in every answer", async () => {
    const ours = "http://photos.test:3000/store";
    expect(await signedFor(SAME_ORIGIN)).toEqual([ours, ours, ours]);
  });

  it("to the store itself stays open to the page, so that it can be tried again", async () => {
    const { headers } = await browser.get("/healthz", SAME_ORIGIN);
    for (const source of ["connect-src", "img-src", "media-src"]) {
      expect(headers.get("content-security-policy")).toMatch(new RegExp(`${source} 'self' ${STORE}`, "u"));
    }
  });

  it("is found out by trials of both, which really are at the store", async () => {
    const { body, trials } = await jsonOf(browser.send("POST", "/api/storage/check"));
    expect(trials.map(({ way, put, get }: (typeof trials)[number]) => [way, new URL(put.url).origin, new URL(get).origin])).toEqual([
      ["direct", STORE, STORE],
      ["same-origin", "http://photos.test:3000", "http://photos.test:3000"],
    ]);
    expect(body).toBe("T");
  });

  it("is tried by the same trials whatever the browser has found before", async () => {
    const cookie = `${browser.cookie()}; ${SAME_ORIGIN.cookie}`;
    const { trials } = await jsonOf(browser.send("POST", "/api/storage/check", undefined, { cookie }));
    expect(new URL(trials[0].put.url).origin).toBe(STORE);
  });
});

describe("where nothing is forwarded", () => {
  it("the way is the direct one, whatever the browser says, and nothing is to be tried", async () => {
    const own = await setUpOwner(laptop());
    const cookie = `${own.cookie()}; ${SAME_ORIGIN.cookie}`;
    const plan = await jsonOf(own.send("POST", "/api/uploads", { files: [fileOf("laptop")] }, { cookie }));
    expect(new URL(plan.files[0].request.url).origin).toBe(STORE);
    expect(await jsonOf(own.send("POST", "/api/storage/check"))).toEqual({ body: "T", trials: [] });
  });
});
