import { weighFirstRoute } from "../support/bundle.ts";
import type { Report } from "./report.ts";

export const name = "bundle";

/** What a browser fetches before it shows the first page. */
export async function run(report: Report): Promise<void> {
  const { script, style } = await weighFirstRoute("app");
  report.figure({ what: "Script of the first route, gzipped", value: script / 1024, unit: "KB", goal: { atMost: 120 } });
  report.figure({ what: "Style of the first route, gzipped", value: style / 1024, unit: "KB", goal: { atMost: 20 } });
  const share = await weighFirstRoute("share");
  report.figure({ what: "Script of the page of share links, gzipped", value: share.script / 1024, unit: "KB", goal: { atMost: 90 } });
}
