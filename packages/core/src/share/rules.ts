import type { PasswordHash } from "#account";
import { AppError } from "#kernel";
import type { shareLink } from "./share.sql.ts";

/** What its owner decides about a link. */
export type Options = {
  /** Null takes it away. */
  password: string | null;
  expiresAt: Date | null;
  allowDownload: boolean;
  allowOriginals: boolean;
  allowUpload: boolean;
  hideMetadata: boolean;
  /** Such as `https://blog.example.org`. */
  frameOrigins: readonly string[];
  /** Bytes in a calendar month; null = no limit. */
  budgetBytes: number | null;
  uploadLimitBytes: number;
  uploadLimitCount: number;
};

type LinkRow = typeof shareLink.$inferSelect;
type Kept = Pick<LinkRow, "slug" | "passwordHash" | "allowUpload" | "frameOrigins" | "uploadLimitBytes" | "uploadLimitCount">;

/** Names that are addresses of our own under `/s/`. */
const RESERVED: ReadonlySet<string> = new Set(["assets"]);
const SLUG = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/u;
const MIN_PASSWORD = 8;
const MAX_ORIGINS = 10;

/** A link that nothing has been decided about yet, and what guests may send where uploads are allowed without a word about how much. */
export const FRESH: Kept = {
  slug: null,
  passwordHash: null,
  allowUpload: false,
  frameOrigins: "",
  uploadLimitBytes: 5 * 1024 ** 3,
  uploadLimitCount: 500,
};

/** Throws `invalid` with the `field` at fault for what makes no sense, or not together with what the link is already. */
export function check(before: Kept, change: Partial<Options>, now: Date): void {
  const { slug } = before;
  const password = change.password === undefined ? before.passwordHash : change.password;
  const { allowUpload, uploadLimitBytes, uploadLimitCount } = { ...before, ...change };
  if (slug !== null && (!SLUG.test(slug) || RESERVED.has(slug))) {
    throw wrong("slug", "A name has 3 to 64 small letters, figures and hyphens, and begins and ends with a letter or figure.");
  }
  if (slug !== null && password === null) throw wrong("password", "A link with a name of its own can be guessed: it needs a password.");
  if (typeof change.password === "string" && [...change.password].length < MIN_PASSWORD) {
    throw wrong("password", `Use at least ${MIN_PASSWORD} characters.`);
  }
  if (change.expiresAt && change.expiresAt <= now) throw wrong("expiresAt", "This time has passed already.");
  const origins = change.frameOrigins ?? before.frameOrigins;
  if (origins.length > 0 && password !== null) {
    throw wrong("frameOrigins", "A link with a password cannot be shown inside another page: browsers keep what was unlocked to our own.");
  }
  for (const origin of change.frameOrigins ?? []) {
    if (!isOrigin(origin)) throw wrong("frameOrigins", "Name the other page as https://blog.example.org, without a path.");
  }
  if ((change.frameOrigins?.length ?? 0) > MAX_ORIGINS) throw wrong("frameOrigins", `Name at most ${MAX_ORIGINS} pages.`);
  if (allowUpload && (uploadLimitBytes <= 0 || uploadLimitCount <= 0)) {
    throw wrong("uploadLimitBytes", "Say how much guests may send.");
  }
}

/** What of these options stands in the row. */
export async function toRow({ password, frameOrigins, ...rest }: Partial<Options>, hash: PasswordHash): Promise<Partial<LinkRow>> {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(frameOrigins !== undefined && { frameOrigins: frameOrigins.join(" ") }),
    ...(password !== undefined && { passwordHash: password === null ? null : await hash(password) }),
  };
}

/** An origin and nothing more: it goes into a header. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === "https:" || protocol === "http:") && /^[a-z0-9.:[\]-]+$/u.test(hostname);
}

function wrong(field: string, message: string): AppError {
  return new AppError("invalid", message, { extra: { field } });
}
