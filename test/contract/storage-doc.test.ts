import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { probeStore } from "../../packages/functions/src/adapters/store-s3-probe.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { type Found, withFound } from "../support/storage-table.ts";
import { COLUMNS, hooked, SETTING, type StoreKind, STORES } from "../support/stores.ts";

const DOCUMENT = new URL("../../docs/storage.md", import.meta.url).pathname;

async function look({ name, start }: StoreKind): Promise<[string, Found]> {
  const { options, stop } = await (hooked[name] ?? start)();
  try {
    const setUp = await setUpStore(options, SETTING);
    return [name, { setUp, capabilities: await probeStore(options, { origin: SETTING.origin }) }];
  } finally {
    await stop();
  }
}

/** What it differs in is written with `npm run docs`; Ceph's column with `npm run test:stores -- ceph --update`. */
it("docs/storage.md says of each store what is found of it, set up as docs/homelab.md has it", { timeout: 120_000 }, async () => {
  const found = new Map(await Promise.all(STORES.map(look)));
  const told = withFound(readFileSync(DOCUMENT, "utf8"), COLUMNS, found);
  await expect(told).toMatchFileSnapshot(DOCUMENT);
});
