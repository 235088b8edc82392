import * as Share from "@tintype/core/share";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { useApi } from "../support/api.ts";
import {
  addSecretPhoto,
  ask,
  askAll,
  type Guest,
  shareFiles,
  type SharedWorld,
  shareWorld,
  statuses,
  everywhere,
} from "../support/link.ts";
import { quick } from "../support/share.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";

/** How long the last address that a link gave works at most once the link was revoked, as docs/sharing.md promises. */
const PROMISED_S = 600;

/** The addresses of the store that are in these answers, wherever. */
async function addressesIn(answers: readonly Response[], origin: string): Promise<string[]> {
  const texts = await Promise.all(answers.map(async (answer) => `${answer.headers.get("location") ?? ""}\n${await answer.text()}`));
  return [...new Set(texts.flatMap((text) => text.match(new RegExp(`${origin}/[^"\\s<]+`, "gu")) ?? []))];
}

describe.each(STORES)("what a link gave before it was revoked, on $name", { timeout: 60_000 }, ({ start }) => {
  let running: RunningStore;
  let store: S3Store;
  let world: SharedWorld;
  let photo: string;
  /** By how much our clock is behind that of the store, in seconds. */
  let behind = 0;

  beforeAll(async () => {
    running = await start();
    await setUpStore(running.options, SETTING);
    store = createS3Store({ ...running.options, now: () => new Date(Date.now() - behind * 1000) });
  });
  const api = useApi(() => ({ store, publicStore: () => ({ origin: running.options.endpoint, sign: store.sign }), web: shareFiles }));
  beforeAll(async () => {
    const system = { ...api().system, store };
    world = await shareWorld({ ...api(), system }, quick.hash);
    photo = await addSecretPhoto(system, world.anna.id);
  });
  afterAll(async () => {
    store?.close();
    await running?.stop();
  });

  const given = async (guest: Guest) => addressesIn(await askAll(guest, photo), running.options.endpoint);
  const put = async (guest: Guest) => {
    const file = { name: "sent.jpg", size: 4, type: "image/jpeg", sha256: "9".repeat(64), modifiedAt: "2026-11-29T10:00:00" };
    const { files } = (await (await ask(guest, ["POST", "uploads", { files: [file] }])).json()) as {
      files: { request: { method: string; url: string; headers: Record<string, string> } }[];
    };
    return files[0]!.request;
  };

  it("is to be had until it expires, and by nobody after that", async () => {
    const guest = await world.share([photo], { allowUpload: true, hideMetadata: false });
    const fresh = await given(guest);
    // Thumbnail, preview and original.
    expect(fresh.length).toBeGreaterThanOrEqual(3);
    const isThere = async (url: string) => (await fetch(url)).status !== 403;
    for (const url of fresh) expect([url, await isThere(url)]).toEqual([url, true]);

    // The same as they were given so long ago that the store must not answer any more.
    behind = PROMISED_S + 1;
    const old = await given(guest);
    const { url: sending, headers } = await put(guest);
    behind = 0;
    await Share.revoke(world.anna.ctx, guest.linkId);
    expect(await statuses(guest, photo)).toEqual(everywhere(404));
    expect(old.length).toBe(fresh.length);
    for (const url of old) expect([url, (await fetch(url)).status]).toEqual([url, 403]);
    expect((await fetch(sending, { method: "PUT", headers, body: "sent" })).status).toBe(403);
  });
});
