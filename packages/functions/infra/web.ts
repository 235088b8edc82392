import { pageHeaders, YEAR } from "./header.ts";
import type { Key } from "./key.ts";
import { SECONDS } from "./queue.ts";
import type { Store } from "./storage.ts";

/**
 * The API is shown that it is we who ask. Every other path without an extension is a page of the app, as in the API's own `webFile`. SST's
 * router would take `/settings` for a file below `/s`, because the site has a folder of that name.
 */
const paths = (token: string) => `
  var path = event.request.uri;
  var isFile = /^\\/s\\/assets\\//.test(path);
  if (!isFile && /^\\/(?:api|s)(?:\\/|$)/.test(path)) event.request.headers["x-tintype-front"] = { value: "${token}" };
  else if (!isFile && !/\\.[^/]+$/.test(path)) event.request.uri = "/index.html";
`;

/** What browsers talk to: one address for the site and the API, CloudFront's own where there is no `domain`. */
export function createRouter(store: Store, { frontToken }: Key, domain: string | undefined): sst.aws.Router {
  const responseHeadersPolicyId = createHeaders(store).id;
  // SST forgets that what is put into its function was secret.
  $transform(aws.cloudfront.Function, (args) => void (args.code = $util.secret(args.code)));
  return new sst.aws.Router("Router", {
    ...(domain !== undefined && { domain }),
    edge: { viewerRequest: { injection: frontToken.apply(paths) } },
    transform: {
      cdn: (args) => {
        const behavior = $output(args.defaultCacheBehavior);
        args.defaultCacheBehavior = behavior.apply((known) => ({ ...known, responseHeadersPolicyId }));
      },
    },
  });
}

/** What the API says itself goes first. */
function createHeaders({ pictures }: Store): aws.cloudfront.ResponseHeadersPolicy {
  const override = false;
  const headers = pictures.apply(pageHeaders);
  const others = ["cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy"] as const;
  return new aws.cloudfront.ResponseHeadersPolicy("PageHeaders", {
    name: `${$app.name}-${$app.stage}-pages`,
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: headers["content-security-policy"], override },
      contentTypeOptions: { override: true },
      referrerPolicy: { referrerPolicy: headers["referrer-policy"], override },
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override },
    },
    customHeadersConfig: { items: others.map((header) => ({ header, value: headers[header], override })) },
  });
}

/** SST's own lets the pages of everybody read the bucket of a site. */
const SHUT = { assets: (args) => void (args.cors = false) } satisfies sst.aws.StaticSiteArgs["transform"];

/**
 * The API and share links, which the function answers, the app, and the files of the page of share links, from `npm run build`. Names with
 * a hash in them are kept for ever; of the last versions too, for who still has them open.
 */
export function serve(router: sst.aws.Router, api: sst.aws.Function): void {
  // As long as the function may take; CloudFront would give up after 20 seconds.
  for (const path of ["/api", "/s"]) router.route(path, api.url, { readTimeout: `${SECONDS.api} seconds` });
  new sst.aws.StaticSite("Site", {
    path: "packages/web/dist",
    router: { instance: router },
    transform: SHUT,
    assets: {
      purge: false,
      fileOptions: [
        { files: "**", cacheControl: "no-cache" },
        { files: "assets/**", cacheControl: YEAR },
      ],
    },
  });
  // All else under /s is the API's.
  new sst.aws.StaticSite("ShareSite", {
    path: "packages/web/dist/s/assets",
    router: { instance: router, path: "/s/assets" },
    transform: SHUT,
    assets: { purge: false, fileOptions: [{ files: "**", cacheControl: YEAR }] },
  });
}

/** Where Tintype answers, behind a router or by the Worker. The store lets in pages from there. */
export function originOf(store: Store, domain: string | undefined, router?: sst.aws.Router): $util.Input<string> {
  const origin = router?.url ?? workerOrigin(domain);
  store.letIn(origin);
  return origin;
}

/** The Worker is told its own address, which it has only on a domain. */
function workerOrigin(domain: string | undefined): string {
  if (domain === undefined) throw new Error("TINTYPE_DOMAIN is missing: on Cloudflare it is the name under which Tintype answers.");
  return `https://${domain}`;
}
