import { compileFunction } from "node:vm";
import { expect } from "vitest";
import type { Graph } from "./graph.ts";
import { all, one } from "./property/property.ts";

/** The most that CloudFront takes. */
const CODE_BYTES = 10_240;

type Headers = Record<string, { value: string }>;
type Origin = { domainName: string; timeouts?: { readTimeout?: number } };
type Edge = { kvs: () => { get: (key: string) => Promise<string> }; updateRequestOrigin: (origin: Origin) => void };

/**
 * Which host and path answer a request for `path`, the headers that come with it, and the seconds that are waited: what the router's own
 * function decides, with the routes that the resources of the graph put into its store.
 */
export async function routed(
  graph: Graph,
  host: string,
  path: string,
  given: Headers = {},
): Promise<{ to: string; headers: Headers; seconds: number | undefined }> {
  const code = String(one(graph, "aws:cloudfront/function:Function", "Router")["code"]);
  expect(Buffer.byteLength(code)).toBeLessThan(CODE_BYTES);
  const store = storeOf(graph);
  let origin: Origin = { domainName: "nobody" };
  const edge: Edge = {
    kvs: () => ({ get: async (key) => store.get(key) ?? Promise.reject(new Error(`no ${key}`)) }),
    updateRequestOrigin: (chosen) => {
      origin = chosen;
    },
  };
  const event = { request: { method: "GET", uri: path, headers: { ...given, host: { value: host } }, cookies: {}, querystring: {} } };
  const handler = compileFunction(`${code.replace('import cf from "cloudfront";', "")}\nreturn handler(event);`, ["event", "cf"]);
  // CloudFront's runtime, but for the import, which is the second parameter.
  const { uri, headers } = (await handler(event, edge)) as { uri: string; headers: Headers };
  return { to: origin.domainName + uri, headers, seconds: origin.timeouts?.readTimeout };
}

/** What the custom resources of SST write into CloudFront's store of keys and values. */
function storeOf(graph: Graph): Map<string, string> {
  const store = new Map<string, string>();
  const routes = new Map<string, string[]>();
  for (const { name, props } of all(graph, "pulumi-nodejs:dynamic:Resource")) {
    const { namespace, entries, entry } = props as { namespace: string; entries: Record<string, string>; entry: string };
    if (name.endsWith(".KvKeys")) for (const [key, value] of Object.entries(entries)) store.set(`${namespace}:${key}`, value);
    if (name.endsWith(".KvRoutesUpdate")) routes.set(namespace, [...(routes.get(namespace) ?? []), entry]);
  }
  for (const [namespace, list] of routes) store.set(`${namespace}:routes`, JSON.stringify(list));
  return store;
}
