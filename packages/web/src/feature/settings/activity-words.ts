import type { Action } from "@tintype/core/audit";
import type { AuditEntry } from "../../lib/account-api.ts";
import { dateName, localDay } from "../../lib/dates.ts";
import { counted, formatBytes, formatMoney } from "../../lib/format.ts";

type Details = AuditEntry["details"];

const WORDS: Readonly<Record<Action, (details: Details) => string>> = {
  "session.sign-in": () => "signed in",
  "session.end": ({ count }) => (typeof count === "number" ? `signed out ${counted(count, "other browser")}` : "signed out a browser"),
  "session.unlock": () => "unlocked what is locked",
  "account.password": () => "changed the password",
  "passkey.add": ({ name }) => `added the passkey ${quoted(name)}`,
  "passkey.remove": ({ name }) => `removed the passkey ${quoted(name)}`,
  "key.create": ({ name }) => `made the API key ${quoted(name)}`,
  "key.revoke": ({ name }) => `revoked the API key ${quoted(name)}`,
  "member.invite": ({ name }) => `invited ${String(name)}`,
  "member.uninvite": ({ name }) => `took back the invitation for ${String(name)}`,
  "member.join": () => "joined this Tintype",
  "member.quota": ({ name, quotaBytes }) =>
    `set the quota of ${String(name)} to ${typeof quotaBytes === "number" ? formatBytes(quotaBytes) : "no limit"}`,
  "member.disable": ({ name }) => `shut out ${String(name)}`,
  "member.enable": ({ name }) => `let ${String(name)} in again`,
  "album.take": ({ album, count }) => `took ${counted(Number(count), "photo")} out of the album ${quoted(album)}`,
  "album.return": ({ album, count }) => `put ${counted(Number(count), "photo")} back into the album ${quoted(album)}`,
  "album.create": ({ album }) => `made the album ${quoted(album)}`,
  "album.delete": ({ album }) => `deleted the album ${quoted(album)}`,
  "album.share": ({ album, with: who, role }) =>
    `shared the album ${quoted(album)} with ${String(who)}, who ${MAY[String(role)] ?? "sees it"}`,
  "album.unshare": ({ album, with: who }) => `put ${String(who)} out of the album ${quoted(album)}`,
  "album.leave": ({ album }) => `left the album ${quoted(album)}`,
  "link.create": ({ album }) => `made a link to ${quoted(album)}`,
  "link.change": ({ album, what }) => `changed ${changed(what)} of the link to ${quoted(album)}`,
  "link.revoke": ({ album }) => `revoked the link to ${quoted(album)}`,
  // It is noted without the photo's name, which may be locked by now.
  "link.direct": ({ until }) =>
    `made a direct link to a photo${typeof until === "string" ? `, which works until ${dateName(localDay(until))}` : ""}`,
  "guest.send": ({ name, files }) => `sent ${photosOf(files)}${typeof name === "string" && name !== "" ? ` as ${quoted(name)}` : ""}`,
  "guest.accept": ({ photos }) => `accepted ${photosOf(photos)} from guests`,
  "guest.decline": ({ photos }) => `declined ${photosOf(photos)} from guests`,
  "guest.undo": ({ photos }) => `let ${photosOf(photos)} from guests wait again`,
  "asset.save": ({ count }) => `saved ${typeof count === "number" ? counted(count, "photo") : "photos"} to their own library`,
  "asset.archive": ({ count }) => `archived ${photosOf(count)}`,
  "asset.lock": ({ count }) => `locked ${photosOf(count)}`,
  "asset.unlock": ({ count }) => `took ${photosOf(count)} out of the locked folder`,
  "asset.trash": ({ count }) => `moved ${photosOf(count)} to the bin`,
  "asset.restore": ({ count }) => `restored ${photosOf(count)} from the bin`,
  "asset.purge": ({ count }) => `deleted ${photosOf(count)} for good`,
  "budget.change": ({ usd }) => {
    if (usd === undefined) return "chose whose prices the costs are told at";
    return typeof usd === "number" ? `set the monthly budget to ${formatMoney(usd)}` : "took away the monthly budget";
  },
};

const MAY: Readonly<Record<string, string>> = {
  viewer: "can view it",
  contributor: "can add to it",
  editor: "can edit it",
};

const OPTIONS: Readonly<Record<string, string>> = {
  title: "the title",
  password: "the password",
  expiresAt: "the last day",
  allowDownload: "what may be downloaded",
  allowOriginals: "what may be downloaded",
  allowUpload: "what guests may send",
  uploadLimitBytes: "what guests may send",
  uploadLimitCount: "what guests may send",
  hideMetadata: "what is hidden",
  frameOrigins: "where it is shown in a frame",
  budgetBytes: "the monthly budget",
};

/** What was done, as the rest of a sentence that begins with who did it. */
export function activityText({ action, details }: Pick<AuditEntry, "action" | "details">): string {
  return isKnown(action) ? WORDS[action](details) : action;
}

/** A server that is newer than the page knows more. */
function isKnown(action: string): action is Action {
  return Object.hasOwn(WORDS, action);
}

function changed(what: unknown): string {
  const names = new Set(
    String(what)
      .split(", ")
      .flatMap((name) => OPTIONS[name] ?? []),
  );
  const [last = "something", ...rest] = [...names].toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(", ")} and ${last}`;
}

function photosOf(count: unknown): string {
  return typeof count === "number" ? counted(count, "item") : "photos";
}

function quoted(text: unknown): string {
  return `“${String(text)}”`;
}
