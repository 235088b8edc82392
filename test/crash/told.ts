import { createHash } from "node:crypto";

/** What the world was told: it must stay true whatever is killed. Sums are sha256 in hex. */
export type Told = {
  /** Of each object whose PUT, or whose Complete, was answered 200. */
  objects: Set<string>;
  /** Of each asset that was shown as safe, or was put into the folder by hand and then found. */
  assets: Map<string, string>;
  /** Of each file that a person put into the folder by hand, until it is found. */
  added: Set<string>;
  /** Of each file that a person took out of the folder by hand. */
  removed: Set<string>;
};

export function nothingTold(): Told {
  return { objects: new Set(), assets: new Map(), added: new Set(), removed: new Set() };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
