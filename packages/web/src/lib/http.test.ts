import { afterEach, expect, test, vi } from "vitest";
import { actFor, messageOf, Problem, reachable, request, requestForAnyone, retryAfterOf, whenUnauthenticated } from "./http.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

function answer(status: number, body: string, headers: Record<string, string> = {}): void {
  vi.stubGlobal("fetch", async () => new Response(body, { status, headers }));
}

test("a problem document becomes a Problem with its code, words, further members and Retry-After", async () => {
  answer(429, JSON.stringify({ code: "too_many", detail: "Wait a little.", title: "x", field: "email" }), { "retry-after": "30" });
  const error: unknown = await request("/api/me").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ status: 429, code: "too_many", message: "Wait a little.", retryAfter: 30, extra: { field: "email" } });
});

test.each([
  ["a proxy's page", "<html>Bad gateway</html>"],
  ["an empty body", ""],
  ["JSON that is no object", "[]"],
])("%s still gives words that a person can read", async (_, body) => {
  answer(502, body);
  await expect(request("/api/me")).rejects.toThrow("The server answered 502. Try again.");
});

test("a server that cannot be reached has status 0", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(request("/api/me")).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("an aborted request stays an abort", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new DOMException("stopped", "AbortError");
  });
  await expect(request("/api/me")).rejects.toMatchObject({ name: "AbortError" });
});

test("an ended session is told once per answer, also where a wrong password is not one", async () => {
  const ended = vi.fn<() => void>();
  whenUnauthenticated(ended);
  answer(401, JSON.stringify({ code: "unauthenticated", detail: "Sign in first." }));
  await expect(request("/api/me")).rejects.toThrow("Sign in first.");
  expect(ended).toHaveBeenCalledTimes(1);
  whenUnauthenticated(() => undefined);
});

test("a request says for whom it is made once that is known, save the one that asks who is signed in", async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: string, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("x-tintype-person"));
    return new Response("{}");
  });
  await request("/api/me");
  actFor("anna");
  await request("/api/uploads", { method: "POST", headers: { "content-type": "application/json" } });
  await requestForAnyone("/api/me");
  expect(sent).toEqual([null, "anna", null]);
});

test.each([
  ["12", 12],
  ["Tue, 24 Nov 2026 12:00:30 GMT", 30],
  ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  [null, undefined],
])("Retry-After %j is %s seconds", (value, seconds) => {
  expect(retryAfterOf(value, Date.parse("2026-11-24T12:00:00Z"))).toBe(seconds);
});

test("an exception that is no problem is not shown to a person", () => {
  expect(messageOf(new TypeError("x is undefined"))).toBe("Something went wrong. Try again.");
});

test("the server counts as unreachable from a request that reached nobody until one that did, whatever it answers", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(request("/api/me")).rejects.toMatchObject({ status: 0 });
  expect(reachable.get()).toBe(false);
  vi.stubGlobal("fetch", () => Promise.reject(new DOMException("", "AbortError")));
  await expect(request("/api/me")).rejects.toMatchObject({ name: "AbortError" });
  expect(reachable.get()).toBe(false);
  answer(404, "{}");
  await expect(request("/api/me")).rejects.toMatchObject({ status: 404 });
  expect(reachable.get()).toBe(true);
});
