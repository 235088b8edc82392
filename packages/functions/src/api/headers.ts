import { createMiddleware } from "hono/factory";
import type { Env } from "./deps.ts";

/** Security headers of every answer. The page may load from itself and from the store that holds its pictures, and runs no inline script. */
export const securityHeaders = createMiddleware<Env>(async (c, next) => {
  await next();
  const store = c.get("store").origin;
  const headers = c.res.headers;
  // Most answers tell of somebody's photos or hold signed URLs: what may be kept says so itself.
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  headers.set("content-security-policy", policy(store, c.get("framedBy") ?? []));
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  // What pages of others are to show says so itself.
  if (!headers.has("cross-origin-resource-policy")) headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
  if (c.get("origin").protocol === "https:") headers.set("strict-transport-security", "max-age=31536000");
});

function policy(store: string, framedBy: readonly string[]): string {
  return [
    "default-src 'none'",
    // The uploader hashes in WebAssembly.
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${store}`,
    `img-src 'self' ${store} blob: data:`,
    `media-src 'self' ${store} blob:`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${framedBy.length > 0 ? framedBy.join(" ") : "'none'"}`,
  ].join("; ");
}
