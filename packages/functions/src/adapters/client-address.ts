import { BlockList, isIP, isIPv6 } from "node:net";

/** Networks whose word about the client's address is taken. */
export type Networks = { has: (address: string) => boolean };

/** Of addresses and CIDRs, `10.0.0.0/8` or `fd00::/8`. Throws RangeError that names what is neither. */
export function networksOf(parts: readonly string[]): Networks {
  const list = new BlockList();
  for (const part of parts) {
    const [address = "", bits, ...more] = part.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const most = family === "ipv6" ? 128 : 32;
    const length = bits === undefined ? most : Number(bits);
    const good = isIP(address) !== 0 && more.length === 0 && /^\d{1,3}$/u.test(bits ?? "0") && length <= most;
    if (!good) throw new RangeError(`${part} is no network such as 10.0.0.0/8 or fd00::/8`);
    list.addSubnet(address, length, family);
  }
  return { has: (address) => list.check(address, isIPv6(address) ? "ipv6" : "ipv4") };
}

/**
 * The client's address: the socket's, or, while that is a trusted proxy's, what it says it was asked by: the last of `X-Forwarded-For`, and so on
 * to the left. What stands further left is the client's own word and counts for nothing. IPv4 in IPv6 is told as IPv4.
 */
export function clientAddress(socket: string, forwardedFor: string | undefined, trusted: Networks): string {
  let address = plain(socket);
  for (const entry of (forwardedFor ?? "").split(",").toReversed()) {
    if (!trusted.has(address)) return address;
    const before = plain(entry.trim());
    if (isIP(before) === 0) return address;
    address = before;
  }
  return address;
}

/** Without brackets, port, zone and the prefix of an IPv4 address in IPv6. */
function plain(text: string): string {
  const bare = (/^\[([^\]]*)\](?::\d+)?$/u.exec(text)?.[1] ?? /^([\d.]+):\d+$/u.exec(text)?.[1] ?? text).replace(/%.*$/u, "");
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(bare)?.[1] ?? bare;
}
