import { dateName, localDay, nextMonth } from "../../lib/dates.ts";
import { counted, formatBytes } from "../../lib/format.ts";
import type { ShareLink } from "../../lib/share-api.ts";

/** What the choices of a link come to; `expiresAt` is a day, `YYYY-MM-DD`, or empty. */
export type Choices = {
  password: boolean;
  expiresAt: string;
  download: boolean;
  originals: boolean;
  upload: boolean;
  hide: boolean;
};

/** What is given of what cannot be copied so. */
const HIDDEN = " Where no such copy can be made, there is a large preview instead; of files without one, such as PDFs, nothing is shown.";

/** Who can see what is shared, and what they can do. */
export function whoText({ password, expiresAt, download, originals, upload, hide }: Choices): string {
  const who = password ? "Whoever has the link and its password" : "Whoever has the link";
  const until = expiresAt === "" ? "until you revoke it" : `until ${dayText(`${expiresAt}T12:00:00`)}`;
  const what = hide ? "copies that tell no place and camera" : "the originals";
  const saving = originals ? `can save ${what}` : "can save large previews";
  const save = download ? saving : "cannot save them";
  const less = hide && originals ? HIDDEN : "";
  return `${who} sees these photos ${until}, ${upload ? `${save} and can send you theirs` : `and ${save}`}.${less}`;
}

/** Whether a link works, and until when. */
export function stateText({ state, expiresAt }: Pick<ShareLink, "state" | "expiresAt">, now: Date = new Date()): string {
  if (state === "revoked") return "Revoked";
  if (state === "expired") return "Expired";
  if (state === "spent") return `Out of budget until ${dateName(nextMonth(now))}`;
  return expiresAt === null ? "Open" : `Open until ${dayText(expiresAt)}`;
}

/** What a link promises, in a few words. */
export function traitsText(link: ShareLink): string {
  const saving = link.allowOriginals ? "originals" : "previews only";
  return [
    counted(link.views, "view"),
    link.hasPassword ? "password" : "",
    link.allowDownload ? saving : "no download",
    link.hideMetadata ? "place and camera hidden" : "place and camera shown",
    link.allowUpload ? `${counted(link.uploadedCount, "file")} sent by guests` : "",
    fetchedText(link),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** Nothing is worth a word only where there is a budget. */
function fetchedText({ egressBytes, budgetBytes }: ShareLink): string {
  if (budgetBytes === null) return egressBytes === 0 ? "" : `${formatBytes(egressBytes)} fetched this month`;
  return `${formatBytes(egressBytes)} of ${formatBytes(budgetBytes)} fetched this month`;
}

/** What tells links of the same photos apart. */
export function madeText({ createdAt, frameOrigins }: Pick<ShareLink, "createdAt" | "frameOrigins">): string {
  return [`Made on ${dayText(createdAt)}`, frameOrigins.length > 0 ? `in a frame on ${frameOrigins.join(", ")}` : ""]
    .filter((part) => part !== "")
    .join(" · ");
}

/** A day for a person, of an instant or a wall clock. */
export function dayText(at: string): string {
  return dateName(localDay(at));
}
