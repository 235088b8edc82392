import type { Detail } from "../gallery/photos.ts";

export type { Detail };
export type Exif = Detail["exif"];

/** What a slide shows of a photo, and how it is saved; `pending` while the copy is made that stands for the original. */
export type Pictured = Pick<Detail, "id" | "name" | "kind" | "type" | "state" | "reason" | "width" | "height" | "urls"> & {
  pending?: boolean;
};

/** Details of photos, and where a browser's download of an original starts, which answers with the file as an attachment. */
export type Details<D extends Pictured = Detail> = {
  get: (id: string) => Promise<D>;
  /** Asks again for each: what they name leads nowhere any more. */
  forgetAll: () => void;
  /** Asks again next time: what it named could not be loaded. */
  forget: (id: string) => void;
  hrefOf: (id: string) => string;
  /** Why nothing is shown of one, where that is for another reason than what it is. */
  reasonOf?: ((known: Pictured) => string | undefined) | undefined;
};

const KEPT = 40;
/** Less than signed URLs live: those of what is another's, or locked, 5 minutes at least. */
const FRESH_MS = 4 * 60_000;

type Asked<D extends Pictured> = Pick<Details<D>, "hrefOf" | "reasonOf"> & { ask: (id: string) => Promise<D> };

/** Details of photos, each asked for once and kept for a while. */
export function createDetails<D extends Pictured>({ ask, hrefOf, reasonOf }: Asked<D>): Details<D> {
  const known = new Map<string, { at: number; detail: Promise<D> }>();

  async function fetchDetail(id: string): Promise<D> {
    try {
      return await ask(id);
    } catch (error) {
      known.delete(id);
      throw error;
    }
  }

  return {
    get(id) {
      const held = known.get(id);
      if (held && Date.now() - held.at < FRESH_MS) return held.detail;
      const detail = fetchDetail(id);
      known.set(id, { at: Date.now(), detail });
      const oldest = known.keys().next().value;
      if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
      return detail;
    },
    forgetAll() {
      known.clear();
    },
    forget(id) {
      known.delete(id);
    },
    hrefOf,
    reasonOf,
  };
}

/** Whether the original is in the store, to be saved from there. */
export function hasOriginal({ urls }: Pick<Pictured, "urls">): boolean {
  return urls.download !== null;
}
