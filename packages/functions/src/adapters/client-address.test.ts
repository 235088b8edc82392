import { describe, expect, it } from "vitest";
import { clientAddress, networksOf } from "./client-address.ts";

describe("the client's address", () => {
  it.each<[told: string, socket: string, forwardedFor: string | undefined, trusted: string, client: string]>([
    ["without trusted proxies is the socket's, whatever is claimed", "203.0.113.9", "10.0.0.1", "", "203.0.113.9"],
    ["is the socket's where that is no trusted proxy's", "203.0.113.9", "10.0.0.1", "10.0.0.0/8", "203.0.113.9"],
    ["is what a trusted proxy says", "10.0.0.2", "203.0.113.9", "10.0.0.0/8", "203.0.113.9"],
    ["is not what the client put before that", "10.0.0.2", "1.2.3.4, 203.0.113.9", "10.0.0.0/8", "203.0.113.9"],
    ["goes through several trusted proxies", "10.0.0.2", "203.0.113.9, 192.168.7.7 ,10.0.0.3", "10.0.0.0/8 192.168.0.0/16", "203.0.113.9"],
    ["is the first of all where every one is trusted", "10.0.0.2", "10.0.0.9,10.0.0.3", "10.0.0.0/8", "10.0.0.9"],
    ["is the proxy's where it says nothing", "10.0.0.2", undefined, "10.0.0.0/8", "10.0.0.2"],
    ["is the proxy's where it says nonsense", "10.0.0.2", "unknown", "10.0.0.0/8", "10.0.0.2"],
    ["stops at nonsense", "10.0.0.2", "203.0.113.9, _hidden, 10.0.0.3", "10.0.0.0/8", "10.0.0.3"],
    ["may come with a port", "10.0.0.2", "203.0.113.9:51234", "10.0.0.2", "203.0.113.9"],
    ["in IPv6", "fd00::2", "2001:db8::9", "fd00::/8", "2001:db8::9"],
    ["in IPv6 with brackets and a port", "fd00::2", "[2001:db8::9]:443", "fd00::/8", "2001:db8::9"],
    ["in IPv6 with a zone", "fe80::1%eth0", "2001:db8::9", "fe80::/10", "2001:db8::9"],
    ["of an IPv4 socket in IPv6 is told as IPv4", "::ffff:203.0.113.9", undefined, "", "203.0.113.9"],
    ["of an IPv4 proxy in IPv6 is found in an IPv4 network", "::ffff:10.0.0.2", "203.0.113.9", "10.0.0.0/8", "203.0.113.9"],
    ["is not IPv6 where only IPv4 is trusted", "::1", "203.0.113.9", "127.0.0.0/8", "::1"],
    ["behind any proxy", "198.51.100.1", "203.0.113.9", "0.0.0.0/0 ::/0", "203.0.113.9"],
  ])("%s", (_, socket, forwardedFor, trusted, client) => {
    expect(clientAddress(socket, forwardedFor, networksOf(trusted.split(" ").filter(Boolean)))).toBe(client);
  });
});

describe("trusted networks", () => {
  it.each(["10.0.0.0/33", "fd00::/129", "localhost", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0/8"])("are not %s", (text) => {
    expect(() => networksOf(["127.0.0.1", text])).toThrow(new RangeError(`${text} is no network such as 10.0.0.0/8 or fd00::/8`));
  });
});
