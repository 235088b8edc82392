import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { axeViolations } from "./browser.ts";

const FOLDER = fileURLToPath(new URL("../results/screens/", import.meta.url));

/** Pictures are for people to look at, and nothing compares them. */
const isPictured = process.env["SCREENS"] === "1";

const PHONE = { width: 390, height: 844 };

type Options = { themes?: readonly ("light" | "dark")[]; phone?: boolean };

/**
 * Looks at the page in each theme, and, unless `phone` is false, at the same at the width of a phone; puts theme and size back. Gives what axe
 * finds wrong in any of them. With `SCREENS=1` it takes a picture of each, as `test/results/screens/<name>-<theme>.png` and `<name>-390-<theme>.png`.
 */
export async function photograph(page: Page, name: string, { themes = ["light", "dark"], phone = true }: Options = {}): Promise<string[]> {
  const found: string[] = [];
  const full = page.viewportSize();
  for (const [suffix, size] of [["", undefined], ...(phone && full ? [["-390", PHONE] as const] : [])] as const) {
    if (size) await page.setViewportSize(size);
    for (const [i, theme] of themes.entries()) {
      await page.emulateMedia({ colorScheme: theme });
      await settle(page);
      const picture = `${name}${suffix}-${theme}`;
      await takePicture(page, picture);
      // A theme is colours and nothing else.
      found.push(...(await axeViolations(page, { onlyColours: i > 0 })).map((violation) => `${picture}: ${violation}`));
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (full) await page.setViewportSize(full);
  await settle(page);
  return found;
}

/** As `test/results/screens/<name>.png`, when pictures are asked for. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!isPictured) return;
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

/** Waits until nothing moves and nothing in the page has changed for three frames: at most half a second, for where something always does. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const began = performance.now();
    let quiet = 0;
    const watch = new MutationObserver(() => (quiet = 0));
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const isMoving = () => document.getAnimations().some(({ playState, effect }) =>
      playState === "running" && effect.getComputedTiming().endTime !== Infinity);
    const look = () => {
      quiet = isMoving() ? 0 : quiet + 1;
      if (quiet <= 3 && performance.now() - began < 500) return requestAnimationFrame(look);
      watch.disconnect();
      resolve();
    };
    requestAnimationFrame(look);
  })`);
}
