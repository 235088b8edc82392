import { expect, it } from "vitest";
import { onlyHereText } from "./host.ts";

it.each(["http://127.0.0.1:3000/s/abc", "http://localhost:3000/s/abc", "http://[::1]:3000/s/abc"])(
  "says of %s that it works here only, and names each setting only for the way of running that has it",
  (url) => {
    expect(onlyHereText(url)).toBe(
      "This address works on this machine only. For others, open Tintype at an address that they can reach, and make it again. " +
        "If you run it with npm start, the setting HOST lets them reach it; if in the homelab, PUBLIC_URL is its address.",
    );
  },
);

it.each(["https://photos.example.org/s/abc", "http://192.168.1.5:3000/s/abc"])("says nothing of %s, which others reach", (url) => {
  expect(onlyHereText(url)).toBeUndefined();
});
