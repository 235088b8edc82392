import { agoText } from "../../lib/ago.ts";
import type { StorageFacts } from "../../lib/api.ts";
import { counted, formatCount } from "../../lib/format.ts";

/** What a store does, in plain words, and what it means for a person where it does not. */
const CHECKS: Readonly<Record<string, { title: string; without: string }>> = {
  put: { title: "Takes uploads", without: "Nothing can be uploaded." },
  get: { title: "Hands out photos", without: "Photos cannot be shown." },
  head: { title: "Tells size and version of a file", without: "Files cannot be checked before they are read." },
  range: { title: "Hands out parts of a file", without: "Long videos cannot be started in the middle." },
  listV2: { title: "Lists what it holds", without: "Files that other tools put there are not found." },
  listV1: { title: "Lists in the older way", without: "Nothing is missed: only old tools need it." },
  ifNoneMatch: { title: "Never overwrites a photo", without: "Uploads wait in a place of their own until they are verified." },
  completeIfNoneMatch: {
    title: "Never overwrites a large file",
    without: "Uploads wait in a place of their own until they are verified.",
  },
  sha256: { title: "Refuses damaged uploads", without: "Damage is found when the file is read, and the file is asked for again." },
  length: { title: "Refuses uploads of another size", without: "Uploads wait in a place of their own until they are verified." },
  multipart: { title: "Takes large files in parts", without: "Files above 64 MB cannot be uploaded." },
  copy: { title: "Copies within itself", without: "What waits, and what other tools drop, cannot be moved to its place." },
  cors: { title: "Lets the pages of this site in", without: "Browsers reach it only through Tintype, which is slower." },
  events: {
    title: "Tells of new files at once",
    without: "Files that other tools put there appear with the next look through the storage.",
  },
};

type Capabilities = NonNullable<StorageFacts["capabilities"]>;

/** A check as a person reads it. */
export function checkTitle({ name, title }: Capabilities["checks"][number]): string {
  return CHECKS[name]?.title ?? title;
}

/** What it means that the store does not do it, or that this is not known; empty where it does. */
export function checkMeaning({ name, answer, detail }: Capabilities["checks"][number]): string {
  if (answer === "yes") return "";
  return answer === "no" ? (CHECKS[name]?.without ?? detail) : "This could not be found out.";
}

/** How uploads go, which follows from what the store does. */
export function uploadsText({ pins }: Pick<Capabilities, "pins">): string {
  return pins ? "Go straight to their place, and are verified there" : "Wait in a place of their own, and are moved once they are verified";
}

const STATES: Readonly<Record<Capabilities["setUp"][number]["state"], string>> = {
  done: "Done",
  "not offered": "Not offered by the storage",
  denied: "Not allowed",
  needs: "To be done by hand",
};

/** How a part of the set-up ended, for a screen reader and where it is not done. */
export function stateTitle({ state }: Capabilities["setUp"][number]): string {
  return STATES[state];
}

/** How far the look through the storage is, or when the last one ended. */
export function sweepText({ sweep, assets }: Pick<StorageFacts, "sweep" | "assets">, now: number): string {
  if (sweep.reason !== null) return `Put off: ${sweep.reason}`;
  if (sweep.isUnderWay && sweep.seen > 0) return `Under way: ${formatCount(sweep.seen)} of ${counted(assets, "file")} seen.`;
  if (sweep.isUnderWay) return "Under way.";
  return sweep.endedAt === null ? "It has not been looked through yet." : `Last looked through ${agoText(sweep.endedAt, now)}.`;
}

/** What a look through everything costs. */
export function costText({ sweep }: Pick<StorageFacts, "sweep">): string {
  return `about ${counted(sweep.requests, "request")}`;
}
