import { expect, it } from "vitest";
import { hookToken, metricsToken, setupToken } from "./derived-token.ts";

it("derives the webhook's token as anybody with the secret key and openssl would", () => {
  // printf 'tintype webhook' | openssl dgst -sha256 -hmac 'a secret key' -binary | basenc --base64url | tr -d =
  expect(hookToken("a secret key")).toBe("aTf9o75LzIsgG9BovwTpvEbvMk4PSfRfn3z3uYVaDUk");
});

it("gives each use and each secret a token of its own, in characters that a header takes", () => {
  const tokens = ["one", "two"].flatMap((secret) => [hookToken(secret), setupToken(secret), metricsToken(secret)]);
  expect(new Set(tokens).size).toBe(tokens.length);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/u);
  expect(setupToken("one")).toBe(setupToken("one"));
});
