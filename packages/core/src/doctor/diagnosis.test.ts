import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnosis.ts";
import { FINDINGS } from "./finding.ts";
import type { Look, Observations, Reply } from "./observation.ts";

const OK: Reply = { status: 200, code: "" };
const answer = (status: number, code: string): Reply => ({ status, code });
const silence = (why: "name" | "refused" | "silent" | "certificate" | "broken"): Reply => ({ why, detail: `it is ${why}` });
const PUBLIC = "https://s3.example.org";

const good = (endpoint: string): Look => ({
  endpoint,
  list: OK,
  put: OK,
  get: OK,
  range: OK,
  preflight: OK,
  large: answer(403, "AccessDenied"),
  skewMs: 400,
});
/** Where the listing fails, nothing else is tried that needs it. */
const bad = (endpoint: string, list: Reply, more: Partial<Look> = {}): Look => ({ endpoint, list, ...more });

const WELL: Observations = {
  settings: { publicUrl: "https://photos.example.org", endpoint: "http://minio:9000", publicEndpoint: PUBLIC, bucket: "photos" },
  database: { skewMs: 3 },
  store: good("http://minio:9000"),
  public: good(PUBLIC),
  throughUs: OK,
  hook: { target: "arn:minio:sqs::TINTYPE:webhook", isTold: true, seenAt: 1_000 },
  browser: { origin: "https://photos.example.org", direct: {}, sameOrigin: {}, skewMs: 20 },
};

const at = (settings: Partial<Observations["settings"]>): Observations => ({ ...WELL, settings: { ...WELL.settings, ...settings } });
const store = (list: Reply, more: Partial<Look> = {}): Observations => ({
  ...WELL,
  store: bad("http://minio:9000", list, more),
  public: bad(PUBLIC, list, more),
  browser: { ...WELL.browser!, direct: { failed: { step: "put", status: 403 } }, sameOrigin: { failed: { step: "put", status: 403 } } },
});
const atPublic = (look: Look): Observations => ({
  ...WELL,
  public: look,
  browser: { ...WELL.browser!, direct: { failed: { step: "put", status: 0 } } },
});
const codes = (seen: Observations) => diagnose(seen).findings.map(({ code }) => code);

describe("a diagnosis", () => {
  it("finds nothing when all is well, and says what was tried", () => {
    const { checks, findings } = diagnose(WELL);
    expect(findings).toEqual([]);
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(checks.length).toBeGreaterThan(10);
  });

  it.each<[string, Observations, string[]]>([
    ["a database that is away", { ...WELL, database: { failure: { why: "refused", detail: "ECONNREFUSED" } } }, ["database-away"]],
    ["a database that refuses", { ...WELL, database: { failure: { why: "denied", detail: "28P01" } } }, ["database-denied"]],
    ["a store whose name leads nowhere", store(silence("name")), ["store-name"]],
    ["a store that is away", store(silence("refused")), ["store-away"]],
    ["a store that is silent", store(silence("silent")), ["store-away"]],
    ["a line that breaks", store(silence("broken")), ["store-away"]],
    ["the console in place of the store", store(answer(200, "NotS3")), ["not-s3"]],
    ["a proxy whose store is away", store(answer(502, "NotS3")), ["store-failing"]],
    ["a store that fails", store(answer(500, "InternalError")), ["store-failing"]],
    ["keys that nobody knows", store(answer(403, "InvalidAccessKeyId")), ["wrong-keys"]],
    ["a secret that is wrong", store(answer(403, "SignatureDoesNotMatch")), ["wrong-keys"]],
    ["a bucket that is not there", store(answer(404, "NoSuchBucket")), ["no-bucket"]],
    ["keys without a policy", store(answer(403, "AccessDenied")), ["no-rights"]],
    ["keys that may only read", store(OK, { put: answer(403, "AccessDenied") }), ["no-rights"]],
    ["a full disk", store(OK, { put: answer(507, "XMinioStorageFull") }), ["store-full"]],
    ["a clock that is wrong", store(answer(403, "RequestTimeTooSkewed"), { skewMs: 1_200_000 }), ["clock"]],
    ["a refusal that only the clock explains", store(answer(400, "Strange"), { skewMs: 1_200_000 }), ["clock"]],
    ["a clock that is a little wrong, while all works", { ...WELL, store: { ...WELL.store, skewMs: -90_000 } }, ["clock"]],
    ["the clock of the database", { ...WELL, database: { skewMs: 1_200_000 } }, ["clock"]],
    [
      "a store under a path of its own endpoint",
      { ...store(answer(403, "SignatureDoesNotMatch")), store: bad("http://minio:9000/s3", answer(403, "SignatureDoesNotMatch")) },
      ["sub-path"],
    ],
    [
      "an own endpoint whose proxy rewrites the host",
      store(answer(403, "SignatureDoesNotMatch"), { acceptedFor: { host: "minio:9000" } }),
      ["host-rewritten"],
    ],
    ["a public name that leads nowhere", atPublic(bad(PUBLIC, silence("name"))), ["store-name"]],
    ["a public address where nobody is", atPublic(bad(PUBLIC, silence("refused"))), ["store-away"]],
    ["a certificate of one's own", atPublic(bad(PUBLIC, silence("certificate"))), ["certificate"]],
    [
      "a proxy that rewrites the host, as was seen",
      atPublic(bad(PUBLIC, answer(403, "SignatureDoesNotMatch"), { acceptedFor: { host: "minio:9000" } })),
      ["host-rewritten"],
    ],
    ["a proxy that rewrites the host to who knows what", atPublic(bad(PUBLIC, answer(403, "SignatureDoesNotMatch"))), ["host-rewritten"]],
    [
      "a sub-path that the proxy takes off",
      atPublic(bad(`${PUBLIC}/s3`, answer(403, "SignatureDoesNotMatch"), { acceptedFor: { path: "/photos" } })),
      ["sub-path"],
    ],
    ["a sub-path too short for a bucket", atPublic(bad(`${PUBLIC}/s3`, answer(400, "InvalidBucketName"))), ["sub-path"]],
    ["a sub-path that it leaves on", atPublic(bad(`${PUBLIC}/s3`, answer(404, "NoSuchBucket"))), ["sub-path"]],
    ["another store at the public address", atPublic(bad(PUBLIC, answer(403, "InvalidAccessKeyId"))), ["other-store"]],
    [
      "another store at the public address, with the same keys and bucket",
      { ...WELL, public: { ...good(PUBLIC), own: answer(404, "NoSuchKey") } },
      ["other-store"],
    ],
    ["CORS", atPublic({ ...good(PUBLIC), preflight: answer(204, "NotAllowed") }), ["cors"]],
    ["a limit on bodies at the store", { ...WELL, public: { ...good(PUBLIC), large: answer(413, "NotS3") } }, ["body-cap"]],
    ["a limit on bodies at Tintype", { ...WELL, throughUs: answer(413, "") }, ["body-cap"]],
    [
      "limits at both",
      { ...WELL, public: { ...good(PUBLIC), large: answer(413, "") }, throughUs: answer(413, "") },
      ["body-cap", "body-cap"],
    ],
    ["localhost for a phone", at({ publicUrl: "http://192.168.1.5:3000", publicEndpoint: "http://localhost:9000" }), ["public-local"]],
    ["a name of compose", at({ publicEndpoint: "http://minio:9000" }), ["public-internal"]],
    ["http under https", at({ publicEndpoint: "http://s3.example.org" }), ["mixed-content"]],
    [
      "a browser that is shut out",
      { ...WELL, browser: { ...WELL.browser!, direct: { failed: { step: "put", status: 0 } } } },
      ["browser-blocked"],
    ],
    [
      "a proxy that keeps /store to itself",
      { ...WELL, browser: { ...WELL.browser!, sameOrigin: { failed: { step: "put", status: 404 } } } },
      ["forward-blocked"],
    ],
    ["a page from elsewhere", { ...WELL, browser: { ...WELL.browser!, origin: "http://192.168.1.5:3000" } }, ["other-origin"]],
    ["a webhook that is silent", { ...WELL, hook: { target: "arn", isTold: false, seenAt: 5 } }, ["hook-silent"]],
    ["a webhook with an old token", { ...WELL, hook: { target: "arn", isTold: false, seenAt: 5, refusedAt: 9 } }, ["hook-token"]],
    ["a token that was old, and is right again", { ...WELL, hook: { target: "arn", isTold: true, seenAt: 9, refusedAt: 5 } }, []],
  ])("names %s, and nothing else", (_, seen, expected) => {
    expect(codes(seen)).toEqual(expected);
  });

  it.each<[string, Observations, string[]]>([
    [
      "wrong keys behind a proxy that limits bodies",
      { ...store(answer(403, "InvalidAccessKeyId")), throughUs: answer(413, "") },
      ["wrong-keys", "body-cap"],
    ],
    [
      "a full disk at which a silent webhook is no wonder",
      { ...store(OK, { put: answer(507, "") }), hook: { target: "arn", isTold: false } },
      ["store-full"],
    ],
    [
      "a rewritten host and CORS",
      atPublic(bad(PUBLIC, answer(403, "SignatureDoesNotMatch"), { preflight: answer(403, "NotAllowed") })),
      ["host-rewritten", "cors"],
    ],
    [
      "CORS and a cap, which the browser feels as one",
      { ...atPublic({ ...good(PUBLIC), preflight: answer(200, "NotAllowed"), large: answer(413, "") }) },
      ["cors", "body-cap"],
    ],
    [
      "an internal name that our server reaches, over http under https",
      { ...at({ publicEndpoint: "http://minio:9000" }), browser: { ...WELL.browser!, direct: { failed: { step: "put", status: 0 } } } },
      ["public-internal"],
    ],
    [
      "everything away",
      { ...store(silence("refused")), database: { failure: { why: "refused", detail: "no" } } },
      ["database-away", "store-away"],
    ],
  ])("tells causes from consequences: %s", (_, seen, expected) => {
    expect(codes(seen)).toEqual(expected);
  });

  it("does not take a router that leads nobody back for a fault, when the browser gets there", () => {
    expect(codes({ ...WELL, public: bad(PUBLIC, silence("refused")) })).toEqual([]);
    expect(codes({ ...store(silence("refused")), browser: WELL.browser! })).toEqual(["store-away"]);
  });

  it("takes it for no fault that a container does not reach the localhost of its browsers, and asks the store itself about CORS", () => {
    const local = { publicUrl: "http://localhost:3000", publicEndpoint: "http://localhost:9000" };
    const { browser: _, ...here } = { ...at(local), public: bad(local.publicEndpoint, silence("refused")) };
    const shut = { origin: local.publicUrl, skewMs: 0, direct: { failed: { step: "put", status: 0 } as const }, sameOrigin: {} };
    expect(codes(here)).toEqual([]);
    expect(diagnose(here).checks.filter(({ state }) => state === "failed")).toEqual([]);
    expect(codes({ ...here, browser: { ...shut, direct: {} } })).toEqual([]);
    expect(codes({ ...here, browser: shut })).toEqual(["store-away"]);
    const forbidden = { ...here, store: { ...here.store, preflight: answer(204, "NotAllowed") } };
    expect([codes(forbidden), codes({ ...forbidden, browser: shut })]).toEqual([["cors"], ["cors"]]);
  });

  it("gives lines to copy, filled in", () => {
    const linesOf = (seen: Observations) => diagnose(seen).findings[0]?.lines;
    expect(linesOf(at({ publicUrl: "http://192.168.1.5:3000", publicEndpoint: "http://localhost:9000" }))).toEqual([
      "S3_PUBLIC_ENDPOINT=http://192.168.1.5:9000",
    ]);
    expect(linesOf(atPublic({ ...good(PUBLIC), preflight: answer(204, "NotAllowed") }))).toEqual([
      "MINIO_API_CORS_ALLOW_ORIGIN=https://photos.example.org",
    ]);
  });

  it("has words for every finding, in sentences", () => {
    for (const { title, cause, fix } of Object.values(FINDINGS)) {
      expect(title).toMatch(/^[A-Z].*[^.]$/u);
      expect(cause).toMatch(/\.$/u);
      expect(fix).toMatch(/[.:]$|date -u$/u);
    }
  });
});
