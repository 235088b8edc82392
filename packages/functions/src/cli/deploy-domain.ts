const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/u;
/** A name of which every address is the provider's own to give: no zone of anybody else's. */
const PROVIDERS = {
  "workers.dev": "Cloudflare",
  "pages.dev": "Cloudflare",
  "r2.dev": "Cloudflare",
  "cloudfront.net": "AWS",
  "amazonaws.com": "AWS",
};
/** What no zone of the public DNS is called. */
const PRIVATE = /\.(?:local|localhost|lan|home|internal|intranet|test|invalid|arpa)$/u;
const SUCH = "such as photos.example.org";

/** Why a name cannot be that of a deployment, and what to write instead; goes on a sentence that begins with who has it. */
export function domainFault(name: string): string | undefined {
  const fault = faultOf(name);
  return fault === undefined ? undefined : `is "${name}". ${fault}`;
}

function faultOf(name: string): string | undefined {
  if (/\s/u.test(name)) return `There is a space in it: it is one name, ${SUCH}.`;
  if (/^\[?[\da-f:]*:[\da-f:]*:[\da-f:.]*\]?$/iu.test(name) || /^\d+(?:\.\d+)*$/u.test(name)) {
    return `That is an IP address. It is a name in a zone of yours, ${SUCH}.`;
  }
  if (/^[a-z][a-z\d+.-]*:\/\//iu.test(name)) return `It is a name alone, ${SUCH}: leave out what stands before and behind it.`;
  if (name.includes("/")) return `It is a name alone, ${SUCH}: without a path.`;
  if (/:\d*$/u.test(name)) return `It is a name alone, ${SUCH}: without a port.`;
  if (/\P{ASCII}/u.test(name)) return `Such letters are written in another way in the names of the net: ${asWritten(name)}`;
  if (/[A-Z]/u.test(name)) return `Write it without capitals: ${name.toLowerCase()}`;
  if (name.endsWith(".")) return `Leave out the dot at its end: ${name.replace(/\.+$/u, "")}`;
  if (name.startsWith("*.")) return `It is one name, ${SUCH}, and not all of a zone.`;
  if (!name.includes(".")) return `There is no dot in it: it is a name in a zone of yours, ${SUCH}.`;
  const labels = name.split(".");
  const isName = name.length <= 253 && labels.every((label) => LABEL.test(label)) && /[a-z]/u.test(labels.at(-1) ?? "");
  if (!isName) return `It is a name of letters, digits, dashes and dots, ${SUCH}.`;
  if (PRIVATE.test(name)) return `Such names are for networks at home, and no zone has them. It has to be one in a zone of yours, ${SUCH}.`;
  const provider = Object.entries(PROVIDERS).find(([zone]) => name === zone || name.endsWith(`.${zone}`));
  return provider && `${provider[0]} is ${provider[1]}'s, which gives such names itself. It has to be one in a zone of yours, ${SUCH}.`;
}

/** The same name as DNS has it. */
function asWritten(name: string): string {
  const address = URL.canParse(`https://${name}`) ? new URL(`https://${name}`).hostname : "";
  return address === "" || faultOf(address) !== undefined ? `it is one ${SUCH}.` : `set it to ${address}`;
}
