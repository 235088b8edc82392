import type { AuditEntry } from "../../lib/account-api.ts";
import { counted, formatBytes } from "../../lib/format.ts";

type Details = AuditEntry["details"];

const WORDS: Readonly<Record<string, (details: Details) => string>> = {
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
  "asset.save": ({ count }) => `saved ${typeof count === "number" ? counted(count, "photo") : "photos"} to their own library`,
};

const NOUNS: Readonly<Record<string, string>> = { album: "an album", link: "a share link", guest: "what guests sent", asset: "photos" };

/** What was done, as the rest of a sentence that begins with who did it. */
export function activityText({ action, details }: Pick<AuditEntry, "action" | "details">): string {
  const words = WORDS[action];
  if (words) return words(details);
  const [noun = "", verb = ""] = action.split(".");
  const what = details["title"] ?? details["album"] ?? details["name"];
  return `${verb.replace("-", " ")}: ${typeof what === "string" ? quoted(what) : (NOUNS[noun] ?? noun)}`;
}

function quoted(text: unknown): string {
  return `“${String(text)}”`;
}
