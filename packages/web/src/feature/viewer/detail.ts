import { api, type AssetDetail } from "../../lib/api.ts";

export type Detail = AssetDetail;
export type Exif = Detail["exif"];

export type Details = ReturnType<typeof createDetails>;

const KEPT = 40;
/** Younger than the signed URLs' life by far. */
const FRESH_MS = 10 * 60_000;

/** Details of assets, each asked for once and kept for a while. */
export function createDetails() {
  const known = new Map<string, { at: number; detail: Promise<Detail> }>();

  async function fetchDetail(id: string): Promise<Detail> {
    try {
      return await api.asset(id);
    } catch (error) {
      known.delete(id);
      throw error;
    }
  }

  return {
    get(id: string): Promise<Detail> {
      const held = known.get(id);
      if (held && Date.now() - held.at < FRESH_MS) return held.detail;
      const detail = fetchDetail(id);
      known.set(id, { at: Date.now(), detail });
      const oldest = known.keys().next().value;
      if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
      return detail;
    },
    /** Asks again for each: what they name leads nowhere any more. */
    forgetAll(): void {
      known.clear();
    },
    /** Asks again next time: what it named could not be loaded. */
    forget(id: string): void {
      known.delete(id);
    },
  };
}

/** Whether the original is in the store, to be saved from there. */
export function hasOriginal({ urls }: Detail): boolean {
  return urls.download !== null;
}

/** Where a browser's download of the original starts; answers with the file as an attachment. */
export function downloadHref(id: string): string {
  return `/api/assets/${encodeURIComponent(id)}/original`;
}
