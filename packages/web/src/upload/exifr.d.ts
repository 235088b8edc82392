/** The part of exifr that is used, typed here: its own declarations pull in Node's globals. */
declare module "exifr/dist/full.esm.mjs" {
  export class Exifr {
    constructor(options: Record<string, unknown>);
    read(file: Blob): Promise<void>;
    parse(): Promise<Record<string, unknown> | undefined>;
    extractThumbnail(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  }
}
