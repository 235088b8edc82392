/** For what has a hash in its name. */
export const YEAR = "public, max-age=31536000, immutable";

/** The headers of every page and its files, the same as the API gives its answers; `store` is where the pictures come from. */
export function pageHeaders(store: string) {
  const policy = [
    "default-src 'none'",
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
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
  };
}

/** The headers of the site's files, as Cloudflare reads them; `store` is where the pictures come from. */
export function headersFile(store: string): string {
  const lines = Object.entries(pageHeaders(store)).map(([name, value]) => `  ${name}: ${value}`);
  const kept = `  cache-control: ${YEAR}`;
  return ["/*", ...lines, "/assets/*", kept, "/s/assets/*", kept, ""].join("\n");
}
