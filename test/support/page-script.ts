/** What the layout has moved by since the page was opened, other than by a person's hand. */
export const SHIFT = `globalThis.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });`;

/** A browser that lets a frame on another site keep nothing. */
export const REFUSED = `for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
  Object.defineProperty(globalThis, name, { get() { throw new DOMException("Access is denied for this document.", "SecurityError"); } });
}`;
