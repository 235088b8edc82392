import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { axeViolations } from "./browser.ts";

const FOLDER = fileURLToPath(new URL("../results/screens/", import.meta.url));
const SETTLE_MS = 350;

const PHONE = { width: 390, height: 844 };

type Options = { themes?: readonly ("light" | "dark")[]; phone?: boolean };

/**
 * Takes a picture of the page in each theme, as `test/results/screens/<name>-<theme>.png`, and, unless `phone` is false, of the same at the width
 * of a phone (`<name>-390-<theme>.png`); puts theme and size back. Gives what axe finds wrong in any of them.
 */
export async function photograph(page: Page, name: string, { themes = ["light", "dark"], phone = true }: Options = {}): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const found: string[] = [];
  const full = page.viewportSize();
  for (const [suffix, size] of [["", undefined], ...(phone && full ? [["-390", PHONE] as const] : [])] as const) {
    if (size) await page.setViewportSize(size);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(SETTLE_MS);
      const picture = `${name}${suffix}-${theme}`;
      await page.screenshot({ path: join(FOLDER, `${picture}.png`) });
      found.push(...(await axeViolations(page)).map((violation) => `${picture}: ${violation}`));
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (full) await page.setViewportSize(full);
  await page.waitForTimeout(SETTLE_MS);
  return found;
}
