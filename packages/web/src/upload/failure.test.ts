import { expect, test } from "vitest";
import { Problem } from "../lib/http.ts";
import { judgeProblem, judgePut, ONLY_SMALL } from "./failure.ts";

test.each([
  [200, "", "done"],
  [204, "", "done"],
  [412, "PreconditionFailed", "done"],
  [0, "", "retry"],
  [400, "BadDigest", "rehash"],
  [400, "IncompleteBody", "rehash"],
  [400, "InvalidRequest", "fail"],
  [403, "AccessDenied", "replan"],
  [403, "SignatureDoesNotMatch", "replan"],
  [404, "NoSuchUpload", "replan"],
  [404, "NoSuchBucket", "fail"],
  [409, "ConditionalRequestConflict", "retry"],
  [413, "EntityTooLarge", "fail"],
  [413, "", "fail"],
  [429, "SlowDown", "retry"],
  [500, "InternalError", "retry"],
  [503, "SlowDown", "retry"],
  [507, "", "hold"],
  [500, "InsufficientStorage", "hold"],
])("a store's %d %s means %s", (status, code, act) => {
  expect(judgePut({ status, code, etag: null, retryAfter: undefined }).act).toBe(act);
});

test("a refusal of the size that is not the store's is a proxy's, and says what to change", () => {
  const reason = (code: string) => judgePut({ status: 413, code, etag: null, retryAfter: undefined });
  expect(reason("")).toMatchObject({ reason: expect.stringMatching(/proxy.*client_max_body_size/u) });
  expect(reason("EntityTooLarge")).toMatchObject({ reason: "The storage refused it (EntityTooLarge)." });
});

test("a connection that breaks where small requests get through is told to be limited by size", () => {
  const reason = (code: string) => judgePut({ status: 0, code, etag: null, retryAfter: undefined });
  expect(reason("")).toMatchObject({ act: "retry", reason: "The connection to the storage broke." });
  expect(reason(ONLY_SMALL)).toMatchObject({
    act: "retry",
    reason: expect.stringMatching(/small requests get through.*client_max_body_size/u),
  });
});

test.each([
  [0, "unreachable", "retry"],
  [400, "invalid", "fail"],
  [401, "unauthenticated", "hold"],
  [404, "not_found", "replan"],
  [409, "conflict", "replan"],
  [410, "gone", "replan"],
  [412, "stale", "replan"],
  [413, "too_large", "fail"],
  [422, "checksum_mismatch", "rehash"],
  [429, "too_many", "retry"],
  [503, "database_unavailable", "retry"],
  [507, "storage_full", "hold"],
])("our own %d %s means %s", (status, code, act) => {
  expect(judgeProblem(new Problem(status, code, "")).act).toBe(act);
});

test.each([
  [0, "unreachable", "Tintype cannot be reached."],
  [503, "storage_unavailable", "The storage cannot be reached."],
  [503, "database_unavailable", "The database cannot be reached."],
  [503, "decoder_unavailable", "Tintype is busy."],
  [502, "unknown", "Tintype is busy."],
])("while files wait, the tray says what for: %d %s", (status, code, reason) => {
  expect(judgeProblem(new Problem(status, code, ""))).toMatchObject({ act: "retry", reason });
});

test("Retry-After is handed on", () => {
  expect(judgePut({ status: 503, code: "SlowDown", etag: null, retryAfter: 7 })).toMatchObject({ retryAfter: 7 });
  expect(judgeProblem(new Problem(429, "too_many", "", { retryAfter: 9 }))).toMatchObject({ retryAfter: 9 });
});

test("an exception of our own is never retried for ever", () => {
  expect(judgeProblem(new TypeError("x")).act).toBe("fail");
});
