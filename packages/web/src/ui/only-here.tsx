import { onlyHereText } from "../lib/host.ts";

/** Says of an address that is made for others that it leads nowhere but here; nothing of any other address. */
export function OnlyHere({ url }: { url: string }) {
  const text = onlyHereText(url);
  return text === undefined ? null : <p role="note">{text}</p>;
}
