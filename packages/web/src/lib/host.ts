/** True where the server is this machine. */
export function isLocalHost(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(host);
}

/** Of an address that is made for others: that it leads nowhere but here, and what changes that; undefined of any other address. */
export function onlyHereText(url: string): string | undefined {
  if (!isLocalHost(new URL(url).hostname)) return undefined;
  return (
    "This address works on this machine only. For others, open Tintype at an address that they can reach, and make it again. " +
    "If you run it with npm start, the setting HOST lets them reach it; if in the homelab, PUBLIC_URL is its address."
  );
}
