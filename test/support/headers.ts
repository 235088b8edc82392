/** What every answer has. */
export const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

/** From where a page may load what: from itself and its store, and nothing of it runs that stands in the page. */
export function policyOf(store: string): Record<string, string> {
  return {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "connect-src": `'self' ${store}`,
    "img-src": `'self' ${store} blob: data:`,
    "media-src": `'self' ${store} blob:`,
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
}

/** A content security policy by its directives. */
export function directives(policy: string | null): Record<string, string> {
  return Object.fromEntries((policy ?? "").split("; ").map((part) => [part.split(" ")[0] ?? "", part.split(" ").slice(1).join(" ")]));
}
