import { afterEach, expect, it, vi } from "vitest";
import { makeTrial } from "./trial.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const TRIAL = {
  way: "direct" as const,
  put: { method: "PUT" as const, url: "http://store/put", headers: { "if-none-match": "*" } },
  get: "http://store/get",
};

type Answers = Partial<Record<"put" | "get" | "range", () => Response>>;

/** What a store that works answers, but for these. */
function store(answers: Answers = {}) {
  const asked: { url: string; headers: [string, string][]; credentials: string | undefined }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const headers = [...new Headers(init.headers)];
    asked.push({ url, headers, credentials: init.credentials });
    const reading = headers.some(([name]) => name === "range") ? "range" : "get";
    const step = init.method === "PUT" ? "put" : reading;
    const good = { put: () => new Response(""), get: () => new Response("T"), range: () => new Response("T", { status: 206 }) };
    return (answers[step] ?? good[step])();
  });
  return asked;
}

const nobody = (): never => {
  throw new TypeError("Failed to fetch");
};

it("a way that takes the byte and gives it back, whole and as a range, leads to the store", async () => {
  const asked = store();
  expect(await makeTrial(TRIAL, "T")).toEqual({ way: "direct", failed: undefined });
  expect(asked).toEqual([
    { url: "http://store/put", headers: [["if-none-match", "*"]], credentials: "omit" },
    { url: "http://store/get", headers: [], credentials: "omit" },
    { url: "http://store/get", headers: [["range", "bytes=0-0"]], credentials: "omit" },
  ]);
});

it.each<[string, Answers, string, number]>([
  ["answers nothing that the page may read", { put: nobody }, "put", 0],
  ["refuses the signature", { put: () => new Response("", { status: 403 }) }, "put", 403],
  ["takes the byte and does not have it", { get: () => new Response("", { status: 404 }) }, "get", 404],
  ["gives back another byte", { get: () => new Response("X") }, "get", 200],
  ["gives back a page of somebody else's", { get: () => new Response("<h1>Welcome</h1>") }, "get", 200],
  ["takes no notice of ranges", { range: () => new Response("T") }, "range", 200],
  ["breaks off at a range", { range: nobody }, "range", 0],
])("a way that %s does not, and it is told where", async (_, answers, step, status) => {
  store(answers);
  expect(await makeTrial(TRIAL, "T")).toEqual({ way: "direct", failed: { step, status } });
});
