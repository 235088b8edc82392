import { describe, expect, it } from "vitest";
import { corsHeaders, type CorsRule, parseCors, preflightHeaders, writeCors } from "./cors.ts";
import { document } from "./xml.ts";

const rules: CorsRule[] = [
  { origins: ["https://*.example.com"], methods: ["GET"], headers: ["x-amz-*", "content-type"], expose: ["ETag"], maxAgeSeconds: 600 },
  { origins: ["*"], methods: ["HEAD"] },
];
const ask = (origin: string, method: string, headers = "") =>
  preflightHeaders(
    rules,
    new Map([
      ["origin", origin],
      ["access-control-request-method", method],
      ["access-control-request-headers", headers],
    ]),
  );

describe("a preflight", () => {
  it("is answered with the origin, the method and the headers that were asked for", () => {
    expect(ask("https://photos.example.com", "GET", "Content-Type, X-Amz-Checksum-SHA256")).toEqual({
      "access-control-allow-origin": "https://photos.example.com",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "content-type, x-amz-checksum-sha256",
      "access-control-expose-headers": "ETag",
      "access-control-max-age": "600",
      vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    });
  });

  it.each([
    ["https://example.org", "GET", ""],
    ["https://photos.example.com.evil.org", "GET", ""],
    ["https://photos.example.com", "PUT", ""],
    ["https://photos.example.com", "GET", "authorization"],
    ["https://.example.co", "GET", ""],
  ])("from %s for %s with %j is refused", (origin, method, headers) => {
    expect(ask(origin, method, headers)).toBeUndefined();
  });

  it("of a rule for everybody allows everybody, and no credentials", () => {
    expect(ask("https://anyone.org", "HEAD")).toMatchObject({ "access-control-allow-origin": "*" });
    expect(ask("https://anyone.org", "HEAD")).not.toHaveProperty("access-control-allow-credentials");
  });
});

describe("an answer", () => {
  it("tells an allowed page that it may read it, and which headers", () => {
    const headers = new Map([["origin", "https://a.example.com"]]);
    expect(corsHeaders(rules, headers, "GET")).toMatchObject({ "access-control-expose-headers": "ETag" });
  });

  it("says that it is another one for another origin, also where it allows none, so that no browser keeps it for a page", () => {
    const vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    const headers = new Map([["origin", "https://a.example.com"]]);
    expect(corsHeaders(rules, headers, "PUT")).toEqual({ vary });
    expect(corsHeaders(rules, new Map(), "GET")).toEqual({ vary });
    expect(corsHeaders([], new Map(), "GET")).toEqual({});
  });
});

describe("a CORS configuration", () => {
  it("comes back as it was put, the names of its rules too", () => {
    const named: CorsRule[] = [{ id: "the <web> app", origins: ["*"], methods: ["PUT"], headers: ["*"], expose: [] }];
    const text = document("CORSConfiguration", writeCors([...rules, ...named]));
    expect(parseCors(text)).toEqual([rules[0], { ...rules[1], headers: [], expose: [] }, ...named]);
  });

  it.each([
    [
      "a name that is too long",
      `<CORSConfiguration><CORSRule><ID>${"x".repeat(256)}</ID><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>`,
    ],
    ["no rule", "<CORSConfiguration/>"],
    ["no origin", "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"],
    [
      "a method that is none",
      "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>LIST</AllowedMethod></CORSRule></CORSConfiguration>",
    ],
    [
      "two wildcards",
      "<CORSConfiguration><CORSRule><AllowedOrigin>*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
    ],
  ])("with %s is refused", (_, text) => {
    expect(() => parseCors(text)).toThrow(Error);
  });
});
