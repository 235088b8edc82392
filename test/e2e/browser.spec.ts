import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations, chromePath, dropFiles, launchBrowser, openPage } from "../support/browser.ts";

const page = (body: string, head = "") =>
  `<!doctype html><html lang="en"><head><title>Page</title>${head}</head><body><main>${body}</main></body></html>`;

const DROP_ZONE = page(`<h1>Drop</h1><div id="zone" style="height:200px">Here</div><ol id="list"></ol><script>
  const zone = document.getElementById("zone");
  const show = (entry) => {
    if (entry.isFile) return list.append(Object.assign(document.createElement("li"), { textContent: entry.fullPath }));
    entry.createReader().readEntries((entries) => entries.forEach(show));
  };
  zone.ondragover = (event) => event.preventDefault();
  zone.ondrop = (event) => {
    event.preventDefault();
    [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).forEach(show);
  };
</script>`);

/** Shows a page of an origin of its own: about:blank may not read directories. */
async function show(tab: Page, body: string): Promise<void> {
  await tab.route("http://page.test/", (route) => route.fulfill({ contentType: "text/html", body }));
  await tab.goto("http://page.test/");
}

describe.skipIf(chromePath === undefined)("the browser of the end-to-end tests", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());

  it("drops a folder as a person does, with real directory entries", async () => {
    const dir = await mkdtemp(join(tmpdir(), "tintype-drop-"));
    await mkdir(join(dir, "holiday", "day 2"), { recursive: true });
    await writeFile(join(dir, "holiday", "a.jpg"), "a");
    await writeFile(join(dir, "holiday", "day 2", "b.jpg"), "b");
    const { page: tab, problems } = await openPage(browser);
    await show(tab, DROP_ZONE);
    await dropFiles(tab, [join(dir, "holiday")], "#zone");
    await tab.locator("li").nth(1).waitFor();
    expect((await tab.locator("li").allTextContents()).toSorted()).toEqual(["/holiday/a.jpg", "/holiday/day 2/b.jpg"]);
    expect(problems).toEqual([]);
    await rm(dir, { recursive: true });
  });

  it("notes console errors, uncaught exceptions and what the content security policy blocks", async () => {
    const { page: tab, problems } = await openPage(browser, { allow: /Refused|violates/u });
    const policy = `<meta http-equiv="content-security-policy" content="img-src 'none'">`;
    await show(
      tab,
      page(
        `<img alt="" src="data:image/png;base64,AA"><script>console.error("oops"); setTimeout(() => { throw new Error("thrown") })</script>`,
        policy,
      ),
    );
    await expect
      .poll(() => problems.map((problem) => problem.replace(/ \(.*/u, "")).toSorted())
      .toEqual(["console: content security policy: img-src blocked data", "console: oops", "uncaught: thrown"]);
  });

  it("sees what axe sees", async () => {
    const { page: tab } = await openPage(browser);
    await show(tab, page(`<h1>Photo</h1><img src="data:image/png;base64,AA">`));
    expect(await axeViolations(tab)).toEqual([expect.stringMatching(/^image-alt: .*<img/u)]);
    await tab.addStyleTag({ content: "h1 { font-size: 12px; color: #eee; background: #fff }" });
    expect((await axeViolations(tab)).map((found) => found.replace(/:.*/su, ""))).toEqual(["color-contrast", "image-alt"]);
    expect(await axeViolations(tab, { onlyColours: true })).toEqual([expect.stringMatching(/^color-contrast: .*<h1>/u)]);
    await show(tab, page(`<h1>Photo</h1><img alt="A dog" src="data:image/png;base64,AA">`));
    expect(await axeViolations(tab)).toEqual([]);
  });
});
