const HOUR = 3600;
const DAY = 24 * HOUR;

/** How long a session lives since it was last prolonged, and after how long it is, in seconds: when it was last used is told to the hour. */
export const SESSION = { expiresIn: 90 * DAY, updateAge: HOUR };

/** `__Host-` binds a cookie to exactly this host and to https; browsers refuse the prefix on plain http. */
export function cookieName(of: "session" | "passkey", secure: boolean): string {
  return secure ? `__Host-tintype.${of}` : `tintype.${of}`;
}
