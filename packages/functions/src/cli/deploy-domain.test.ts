import { expect, it } from "vitest";
import { domainFault } from "./deploy-domain.ts";

it.each(["photos.example.org", "example.org", "a-1.b2.co.uk", "xn--fotos-mller-xhb.example", "photos.xn--p1ai", "myworkers.dev"])(
  "takes %s",
  (name) => {
    expect(domainFault(name)).toBeUndefined();
  },
);

it.each([
  ["photos", "There is no dot in it"],
  ["10.0.0.1", "That is an IP address"],
  ["::1", "That is an IP address"],
  ["[2001:db8::1]", "That is an IP address"],
  ["https://photos.example.org", "leave out what stands before"],
  ["photos.example.org/x", "without a path"],
  ["photos.example.org:443", "without a port"],
  ["fotos.müller.example", "set it to fotos.xn--mller-kva.example"],
  ["фото.рф", "set it to xn--n1aalg.xn--p1ai"],
  ["mü_ller.example", "it is one such as photos.example.org."],
  ["Photos.Example.org", "Write it without capitals: photos.example.org"],
  ["photos.example.org.", "Leave out the dot at its end: photos.example.org"],
  ["photos example.org", "There is a space in it"],
  ["*.example.org", "not all of a zone"],
  ["photos_1.example.org", "letters, digits, dashes and dots"],
  ["-photos.example.org", "letters, digits, dashes and dots"],
  ["photos..example.org", "letters, digits, dashes and dots"],
  [`${"a".repeat(64)}.example.org`, "letters, digits, dashes and dots"],
  ["photos.example.1", "letters, digits, dashes and dots"],
  ["photos.local", "for networks at home"],
  ["photos.home.arpa", "for networks at home"],
  ["tintype.anna.workers.dev", "workers.dev is Cloudflare's"],
  ["workers.dev", "workers.dev is Cloudflare's"],
  ["tintype.pages.dev", "pages.dev is Cloudflare's"],
  ["d111111abcdef8.cloudfront.net", "cloudfront.net is AWS's"],
  ["photos.s3.amazonaws.com", "amazonaws.com is AWS's"],
])("refuses %s, and says why", (name, why) => {
  const fault = domainFault(name) ?? "";
  expect(fault).toContain(`is "${name}". `);
  expect(fault).toContain(why);
});
