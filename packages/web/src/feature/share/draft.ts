import { amountOf, bytesOf, COUNT } from "../../lib/amount.ts";
import type { Fault } from "../../lib/form.ts";
import type { LinkChange, NewLink, ShareLink } from "../../lib/share-api.ts";
import type { What } from "./share.ts";

/** What is chosen about a link, as the fields of its form hold it. */
export type Draft = {
  /** Of photos that were picked by hand; an album has its own. */
  title: string;
  slug: string;
  /** Whether a password is asked for; an empty one stays what it is. */
  isProtected: boolean;
  password: string;
  /** A day, `YYYY-MM-DD`, or empty. */
  expiresAt: string;
  download: boolean;
  originals: boolean;
  upload: boolean;
  uploadGb: string;
  uploadCount: string;
  hide: boolean;
  frames: string;
  budgetGb: string;
};

/** Place and camera are hidden until somebody says otherwise. */
export const FRESH: Draft = {
  title: "",
  slug: "",
  isProtected: false,
  password: "",
  expiresAt: "",
  download: true,
  originals: true,
  upload: false,
  uploadGb: "5",
  uploadCount: "500",
  hide: true,
  frames: "",
  budgetGb: "",
};

const GB = 1e9;

/** What the form of a link that is there begins with. */
export function draftOf(link: ShareLink): Draft {
  return {
    title: link.album.kind === "selection" ? link.album.title : "",
    slug: link.slug ?? "",
    isProtected: link.hasPassword,
    password: "",
    expiresAt: link.expiresAt === null ? "" : dayOf(new Date(link.expiresAt)),
    download: link.allowDownload,
    originals: link.allowOriginals,
    upload: link.allowUpload,
    uploadGb: gigabytes(link.uploadLimitBytes),
    uploadCount: String(link.uploadLimitCount),
    hide: link.hideMetadata,
    frames: link.frameOrigins.join(" "),
    budgetGb: link.budgetBytes === null ? "" : gigabytes(link.budgetBytes),
  };
}

/** What is wrong with a number as it was typed, at its field; where there is anything, nothing is to be asked for. */
export function faultIn({ upload, uploadGb, uploadCount, budgetGb }: Draft): Fault | undefined {
  const budget = bytesOf(budgetGb);
  const [bytes, count] = upload ? [bytesOf(uploadGb), amountOf(uploadCount, COUNT)] : [];
  if (bytes) {
    if ("fault" in bytes) return { field: "uploadLimitBytes", message: bytes.fault };
    if (!bytes.value) return { field: "uploadLimitBytes", message: NOTHING };
  }
  if (count) {
    if ("fault" in count) return { field: "uploadLimitCount", message: count.fault };
    if (!count.value) return { field: "uploadLimitCount", message: NOTHING };
  }
  return "fault" in budget ? { field: "budgetBytes", message: budget.fault } : undefined;
}

const NOTHING = "Must be more than 0: else guests can send nothing.";

/** What the server is asked for, for a new link. */
export function requestOf(what: What, draft: Draft): NewLink {
  const title = draft.title.trim();
  return {
    ...(what.kind === "album" ? { albumId: what.id } : { assetIds: [...what.ids], ...(title !== "" && { title }) }),
    ...(draft.slug !== "" && { slug: draft.slug }),
    ...optionsOf(draft),
    ...(draft.isProtected && { password: draft.password }),
  };
}

/** What differs from how the link was; undefined when nothing does. */
export function changeOf(before: Draft, draft: Draft): LinkChange | undefined {
  const [was, now] = [before, draft].map((each): [string, unknown][] => Object.entries(optionsOf(each)));
  const changed = (now ?? []).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(Object.fromEntries(was ?? [])[name]));
  const title = draft.title.trim();
  const change: LinkChange = {
    ...Object.fromEntries(changed),
    ...(title !== "" && title !== before.title && { title }),
    ...passwordOf(before, draft),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function passwordOf(before: Draft, { isProtected, password }: Draft): Pick<LinkChange, "password"> {
  if (!isProtected) return before.isProtected ? { password: null } : {};
  // One that is asked for anew and not given is refused by the server, in words for its field.
  return password !== "" || !before.isProtected ? { password } : {};
}

/** All but the password. A day is meant with its evening; what nobody may send has no limit worth a word. */
function optionsOf(draft: Draft) {
  return {
    expiresAt: draft.expiresAt === "" ? null : new Date(`${draft.expiresAt}T23:59:59`).toISOString(),
    budgetBytes: valueOf(bytesOf(draft.budgetGb)),
    allowDownload: draft.download,
    allowOriginals: draft.download && draft.originals,
    allowUpload: draft.upload,
    ...(draft.upload && limitsOf(draft)),
    hideMetadata: draft.hide,
    frameOrigins: draft.isProtected ? [] : draft.frames.split(/[\s,]+/u).filter((origin) => origin !== ""),
  };
}

function limitsOf({ uploadGb, uploadCount }: Draft) {
  return { uploadLimitBytes: valueOf(bytesOf(uploadGb)) ?? 0, uploadLimitCount: valueOf(amountOf(uploadCount, COUNT)) ?? 0 };
}

/** What cannot be read was refused before. */
function valueOf(found: ReturnType<typeof amountOf>): number | null {
  return "fault" in found ? null : found.value;
}

function gigabytes(bytes: number): string {
  return String(Math.round((bytes / GB) * 100) / 100);
}

/** A day as a field for dates takes it, by this browser's clock. */
function dayOf(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
