import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser, openPage, signInPage, type WatchedPage } from "./browser.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { seedLibrary } from "./seed.ts";

/** A running laptop with a seeded library, and a desktop page whose browser is signed in to it. */
export type Seeded = WatchedPage & { dataDir: string; laptop: Laptop; close: () => Promise<void> };

/** Seeds `photos` photos; `allow` names the console messages that belong to the test. */
export async function openSeeded(photos: number, allow = /^$/u): Promise<Seeded> {
  const dataDir = await mkdtemp(join(tmpdir(), "tintype-seeded-"));
  await seedLibrary(dataDir, photos);
  const [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
  const watched = await openPage(browser, { viewport: { width: 1440, height: 900 }, allow });
  await signInPage(watched.page, laptop.url);
  const close = async (): Promise<void> => {
    await browser.close();
    await laptop.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...watched, dataDir, laptop, close };
}

/** The address of a seeded photo, from 0, the newest. */
export function hrefOf(n: number): string {
  return `/p/01900000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}
