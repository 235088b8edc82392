import { createHmac } from "node:crypto";

/**
 * The token with which the store's webhook shows that it is ours. Whoever knows the store's secret key can compute it, so the store's own
 * settings can be written before Tintype ever ran.
 */
export function hookToken(secretAccessKey: string): string {
  return derive(secretAccessKey, "tintype webhook");
}

/** The token that lets the first person set the library up: the same in every process. */
export function setupToken(sessionSecret: string): string {
  return derive(sessionSecret, "setup");
}

/** The token with which a Prometheus may read our metrics. */
export function metricsToken(sessionSecret: string): string {
  return derive(sessionSecret, "metrics");
}

/** HMAC-SHA256 in base64url: 43 characters, nothing that a header, a URL or a shell would change. */
function derive(secret: string, use: string): string {
  return createHmac("sha256", secret).update(use).digest("base64url");
}
