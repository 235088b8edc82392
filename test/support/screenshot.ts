import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const FOLDER = fileURLToPath(new URL("../results/screens/", import.meta.url));
const SETTLE_MS = 350;

/** Takes a picture of the page in each theme, as `test/results/screens/<name>-<theme>.png`, and puts the theme back. */
export async function photograph(page: Page, name: string, themes: readonly ("light" | "dark")[] = ["light", "dark"]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}
