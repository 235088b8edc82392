import type { Finding } from "@tintype/core/storage";

/** The store does it; how that showed. */
export function yes(detail: string): Finding {
  return { answer: "yes", detail };
}

/** The store does not do it; what it does instead. */
export function no(detail: string): Finding {
  return { answer: "no", detail };
}

/** What stood in the way of finding out. */
export function unknown(detail: string): Finding {
  return { answer: "unknown", detail };
}
