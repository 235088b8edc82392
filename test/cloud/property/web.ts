import { Hono } from "hono";
import { expect } from "vitest";
import type { Env } from "../../../packages/functions/src/api/deps.ts";
import { securityHeaders } from "../../../packages/functions/src/api/headers.ts";
import { routed } from "../router.ts";
import { all, AWS, AWS_DEV, AWS_DOMAIN, changes, CLOUDFLARE, CLOUDFLARE_DEV, one, type Property } from "./property.ts";

const web = (...pairs: readonly (readonly [string, string])[]) => changes("web.ts", ...pairs);
const worker = (...pairs: readonly (readonly [string, string])[]) => changes("worker.ts", ...pairs);
const YEAR = "public, max-age=31536000, immutable";

/** What the API says with each of its answers, when pictures come from `store`. */
async function headersOfApi(store: string): Promise<Record<string, string>> {
  const app = new Hono<Env>();
  app.use((c, next) => {
    c.set("store", { origin: store } as Env["Variables"]["store"]);
    c.set("origin", new URL("https://photos.example.org"));
    return next();
  }, securityHeaders);
  app.get("/", (c) => c.body(null));
  const { headers } = await app.request("/");
  headers.delete("cache-control");
  return Object.fromEntries(headers);
}
/** As the settings of the functions tell: see `aboutApi`. */
const ON_S3 = await headersOfApi("https://mediabucket.s3.eu-central-1.amazonaws.com");
const ON_R2 = await headersOfApi("https://account.r2.cloudflarestorage.com");

type Header = { header: string; value: string };

/** The site: what answers at each address, and how. */
export const aboutWeb: readonly Property[] = [
  {
    says: "each address is answered by what has it: pages and files from S3, the API and share links by the function",
    on: [AWS, AWS_DEV, AWS_DOMAIN],
    holds: async (graph, { domain = "d1.cloudfront.net" }) => {
      const to = async (path: string) => (await routed(graph, domain, path)).to;
      const site = "siteassetsbucket.s3.eu-central-1.amazonaws.com";
      const share = "sharesiteassetsbucket.s3.eu-central-1.amazonaws.com";
      const fn = "apiurl.lambda-url.eu-central-1.on.aws";
      for (const page of ["/", "/settings", "/s-shaped", "/albums/01234/photo/5", "/search", "/apiary"]) {
        expect(await to(page)).toBe(`${site}/index.html`);
      }
      for (const file of ["/icon.svg", "/assets/app.js"]) expect(await to(file)).toBe(`${site}${file}`);
      expect(await to("/s/assets/page.js")).toBe(`${share}/s/assets/page.js`);
      for (const path of ["/api/timeline", "/api/openapi.json", "/s/token", "/s/token/p/1", "/s/token/feed.xml"]) {
        expect(await to(path)).toBe(`${fn}${path}`);
      }
    },
    plants: [...web(["else if (!isFile", "else if (false"]), ...web(['["/api", "/s"]', '["/api"]'], ['["/api", "/s"]', '["/s"]'])],
  },
  {
    says: "no page of another origin is let into the files of the site by their buckets",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const open = all(graph, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration").map(({ name }) => name);
      expect(open).toEqual(["MediaCors"]);
    },
    plants: web(["args.cors = false", "args.cors = undefined"]),
  },
  {
    says: "what has a hash in its name is kept for ever, also when newer files are there, and pages are asked for each time",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const kept = (name: string) => {
        const { files, purge } = one(graph, "pulumi-nodejs:dynamic:Resource", `${name}AssetFiles.`);
        const known = files as { key: string; cacheControl: string }[];
        return { purge, ...Object.fromEntries(known.map(({ key, cacheControl }) => [key, cacheControl])) };
      };
      expect(kept("Site")).toMatchObject({ purge: false, "index.html": "no-cache", "icon.svg": "no-cache", "assets/app.js": YEAR });
      expect(kept("ShareSite")).toEqual({ purge: false, "s/assets/page.js": YEAR });
    },
    plants: web(
      ['{ files: "**", cacheControl: "no-cache" }', '{ files: "**", cacheControl: YEAR }'],
      ['        { files: "assets/**", cacheControl: YEAR },\n', ""],
      ["      purge: false,\n", ""],
    ),
  },
  {
    says: "pages come with the headers that the API gives, which its own answers keep",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { securityHeadersConfig, customHeadersConfig } = one(graph, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy");
      const { items } = customHeadersConfig as { items: Header[] };
      const own = (header: string): string => ON_S3[header] ?? "";
      const age = Number(/max-age=(\d+)$/u.exec(own("strict-transport-security"))?.[1]);
      expect(securityHeadersConfig).toEqual({
        contentSecurityPolicy: { contentSecurityPolicy: own("content-security-policy"), override: false },
        contentTypeOptions: { override: true },
        referrerPolicy: { referrerPolicy: own("referrer-policy"), override: false },
        strictTransportSecurity: { accessControlMaxAgeSec: age, override: false },
      });
      const others = Object.keys(ON_S3).filter((name) => /^(?:cross-|permissions-)/u.test(name));
      expect(items.toSorted((a, b) => a.header.localeCompare(b.header))).toEqual(
        others.toSorted().map((header) => ({ header, value: own(header), override: false })),
      );
      expect(Object.keys(ON_S3)).toHaveLength(4 + others.length);
      const { defaultCacheBehavior } = one(graph, "aws:cloudfront/distribution:Distribution");
      const behavior = { responseHeadersPolicyId: "PageHeaders-id", viewerProtocolPolicy: "redirect-to-https" };
      expect(defaultCacheBehavior).toMatchObject(behavior);
    },
    plants: [
      ...changes("header.ts", ["frame-ancestors 'none'", "frame-ancestors 'self'"]),
      ...web(
        ["({ ...known, responseHeadersPolicyId })", "known"],
        ["const override = false", "const override = true"],
        ['"cross-origin-resource-policy", ', ""],
      ),
    ],
  },
  {
    says: "Cloudflare: the Worker has the site with the same headers, answers the API and share links itself, and is asked where there is no file",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { assets } = one(graph, "cloudflare:index/workersScript:WorkersScript");
      const { directory, config } = assets as { directory: string; config: { headers: string } };
      expect(directory).toMatch(/packages\/web\/dist$/u);
      expect(config).toMatchObject({
        // Else a file that is gone would be the app, and be kept for a year.
        notFoundHandling: "none",
        // With "!/s/assets/*", what is not there would be missing for a year.
        runWorkerFirst: ["/api/*", "/s/*"],
      });
      const [every = "", ...more] = config.headers.split(/\n(?=\/)/u);
      const lines = every.split("\n  ").slice(1);
      expect(lines.toSorted()).toEqual(
        Object.entries(ON_R2)
          .map(([name, value]) => `${name}: ${value}`)
          .toSorted(),
      );
      expect(more.map((part) => part.trim())).toEqual(["/assets/*", "/s/assets/*"].map((path) => `${path}\n  cache-control: ${YEAR}`));
    },
    plants: [
      ...worker(
        ['"/s/*"]', '"/s/*", "!/s/assets/*"]'],
        ['notFoundHandling: "none"', 'notFoundHandling: "single-page-application"'],
        ["store.pictures.apply(headersFile)", '$output("*").apply(headersFile)'],
      ),
      ...changes("header.ts", ["frame-ancestors 'none'", "frame-ancestors 'self'"]),
    ],
  },
];
