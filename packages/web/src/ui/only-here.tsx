import { isLocalHost } from "../lib/host.ts";

/** Says of an address that is made for others that it leads nowhere but here, and what to set; nothing of any other address. */
export function OnlyHere({ url }: { url: string }) {
  if (!isLocalHost(new URL(url).hostname)) return null;
  return (
    <p role="note">
      This address works on this machine only. For others, set <code>HOST</code> (with npm start) or <code>PUBLIC_URL</code> (in the
      homelab) to an address that they can reach, open Tintype there, and make it again.
    </p>
  );
}
