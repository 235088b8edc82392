import { isSecret } from "@tintype/core/kernel";

/**
 * Whether the header shows the token with this SHA-256: as `Bearer <token>`, or as the password of `Basic`, which is what a store sends that
 * takes nothing but a URL (`http://tintype:<token>@host/…`, versitygw).
 */
export function showsToken(authorization: string | undefined, tokenSha256: Uint8Array): boolean {
  const { scheme = "", given = "" } = /^(?<scheme>bearer|basic) +(?<given>\S+)$/iu.exec(authorization ?? "")?.groups ?? {};
  const token = scheme.toLowerCase() === "basic" ? passwordOf(given) : given;
  return token !== "" && isSecret(token, tokenSha256);
}

function passwordOf(encoded: string): string {
  try {
    const pair = atob(encoded);
    return pair.slice(pair.indexOf(":") + 1);
  } catch {
    return "";
  }
}
