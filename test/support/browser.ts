import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { RunOptions } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { OWNER } from "./client.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/**
 * The Chromium of this machine: `CHROME_PATH`, or the first in the usual places. Undefined when there is none: suites are then
 * skipped, but with `REQUIRE_TOOLS=1` this throws.
 */
export const chromePath: string | undefined = [process.env["CHROME_PATH"] ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));

if (chromePath === undefined && process.env["REQUIRE_TOOLS"] === "1") {
  throw new Error("Chromium is not installed (apt-get install chromium)");
}

/**
 * What Playwright switches off, of which Chromium takes the last list alone, and the two pages of an address bar that nobody sees: they would be
 * loaded with each new window, which takes as much as a page of ours.
 */
const SWITCHED_OFF =
  `AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable LensOverlay
  MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect OptimizationHints NetworkTimeServiceQuerying AimEnabled
  PreconnectToSearch WebUIOmniboxPopup WebUIOmniboxAimPopup`.split(/\s+/u);

/** Starts Chromium without a window, with these arguments more. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  if (chromePath === undefined) throw new Error("no Chromium: set CHROME_PATH");
  const own = ["--no-sandbox", "--disable-dev-shm-usage", `--disable-features=${SWITCHED_OFF.join(",")}`];
  return chromium.launch({ executablePath: chromePath, args: [...own, ...args] });
}

/** A page, and what went wrong in it so far: errors on the console, uncaught exceptions, violations of the content security policy. */
export type WatchedPage = { page: Page; problems: string[] };

/** Opens a page in a context of its own. Expect `problems` to be empty at the end; `allow` names messages that belong to the test. */
export async function openPage(browser: Browser, options: BrowserContextOptions & { allow?: RegExp } = {}): Promise<WatchedPage> {
  const { allow, ...contextOptions } = options;
  // Dates are written as the browser's language writes them: here always in British English.
  const context = await browser.newContext({ locale: "en-GB", ...contextOptions });
  const problems: string[] = [];
  const note = (problem: string): void => {
    if (allow?.test(problem) !== true) problems.push(problem);
  };
  await context.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
    console.error("content security policy: " + event.violatedDirective + " blocked " + event.blockedURI))`);
  context.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => {
    note(`uncaught: ${error.error().message}`);
  });
  return { page: await context.newPage(), problems };
}

/** Signs the page's browser in as the owner, or somebody else, as another tab does it: the page learns nothing of it. */
export async function signInPage(page: Page, url: string, { email, password } = OWNER): Promise<void> {
  const answer = await page.request.post(`${url}/api/auth/sign-in/email`, { data: { email, password }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`);
}

/**
 * Drops files and folders (absolute paths) on the middle of the element, as a person does: through the browser's own drag machinery,
 * so that the page gets real directory entries, which a DataTransfer made by a script does not have.
 */
export async function dropFiles(page: Page, paths: readonly string[], selector: string): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`nothing to drop on: ${selector}`);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data });
  }
  await session.detach();
}

/** The label of the field that has the keyboard. */
export async function focusedLabel(page: Page): Promise<string | undefined> {
  return page.evaluate<string | undefined>("document.activeElement?.labels?.[0]?.textContent");
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules among them that look at colours: where nothing else has changed, the others find what they found before. */
const COLOURS = { type: "rule" as const, values: ["color-contrast", "link-in-text-block"] };

/**
 * What axe finds against WCAG 2.0 to 2.2, levels A and AA: one sentence for each element at fault; none is the goal. With `onlyColours` it is
 * what it finds in a page that has been looked at already, and has another theme now.
 */
export async function axeViolations(page: Page, { onlyColours = false } = {}): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(AXE);
  // What passes is not described, and what is found is made short in the page: all of it together is half a megabyte.
  const options: RunOptions = { runOnly: onlyColours ? COLOURS : TAGS, resultTypes: ["violations"] };
  const run = (): Promise<string[]> =>
    page.evaluate<string[]>(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => id + ": " + help + ": " + html)))`);
  // It trips over an element that is taken away while it looks, as tiles are during an upload; the next look meets another page.
  return run().catch(async (error: unknown) => {
    if (!String(error).includes("nthChild")) throw error;
    return run().catch(run);
  });
}

/** The id of the asset with this file name, found as the page finds it: by the timeline's items. */
export async function assetNamed(page: Page, name: string): Promise<string> {
  const id = await page.evaluate(async (wanted) => {
    const bytes = new DataView(await (await fetch("/api/timeline/geometry")).arrayBuffer());
    const ranges: string[] = [];
    for (let at = 12, left = bytes.getUint32(8, true); left > 0; left--) {
      const [month, revision] = [bytes.getInt32(at, true), bytes.getUint32(at + 4, true)];
      const [count, days] = [bytes.getUint32(at + 8, true), bytes.getUint32(at + 12, true)];
      if (count > 0) ranges.push(`${month}:${revision}:0:${count}`);
      at += 16 + days * 5 + count;
    }
    const items = (await (await fetch(`/api/timeline/items?ranges=${ranges.join(",")}`)).json()) as { id: string[]; name: string[] };
    return items.id[items.name.indexOf(wanted)];
  }, name);
  if (id === undefined) throw new Error(`no asset is called ${name}`);
  return id;
}
