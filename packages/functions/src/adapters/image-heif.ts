/* oxlint-disable no-underscore-dangle -- the names of libheif's C interface, as Emscripten exports them */
import startLibHeif, { type LibHeif } from "libheif-js/libheif-wasm/libheif-bundle.mjs";

/**
 * Decoded pixels: three bytes each, rows without padding, already upright (libheif applies `irot` and `imir`; EXIF's orientation must not be
 * applied again). `profile` is the ICC profile; `primaries` the nclx colour primaries (ITU-T H.273) where there is none.
 */
type HeifPixels = {
  data: Buffer;
  width: number;
  height: number;
  profile: Uint8Array | undefined;
  primaries: number | undefined;
  partial: boolean;
};

const RGB = 1;
const INTERLEAVED_RGB = 10;
const INTERLEAVED = 10;
/** Offset of `convert_hdr_to_8bit` in heif_decoding_options on wasm32: two bytes, padding, four pointers. */
const TO_8_BIT = 20;
/** heif_error_Memory_allocation_error; with the other as its detail (a suberror) it is libheif's own limit that the picture is beyond. */
const NO_MEMORY = 6;
const OVER_LIMIT = 1000;
const NCLX = 0x6e636c78;

/** The decoder itself failed: it trapped, ran out of memory, or did not load. That says nothing of the picture, and the process is of no more use. */
export class DecoderBroken extends Error {}

export type HeifDecoder = {
  /**
   * Decodes the primary image of a HEIC. What it allocates is freed again, though the wasm heap keeps its greatest size.
   * Pictures of more than `maxPixels` are not touched; whatever libheif objects to is `damaged`. Throws `DecoderBroken`.
   */
  decode(bytes: Uint8Array, maxPixels: number): Promise<HeifPixels | { refused: "damaged" | "too_large" }>;
  /** The nclx colour primaries of a HEIC or AVIF, without decoding it; undefined when it has none, or an ICC profile. */
  primaries(bytes: Uint8Array): Promise<number | undefined>;
};

/** A decoder on the libheif that `load` starts, when there is the first picture for it. A failure to load is not kept. */
export function heifDecoder(load: () => Promise<LibHeif> = startLibHeif): HeifDecoder {
  let loading: Promise<LibHeif> | undefined;
  const loaded = async (): Promise<LibHeif> => {
    try {
      loading ??= load();
      return await loading;
    } catch (error) {
      loading = undefined;
      throw new DecoderBroken(String(error), { cause: error });
    }
  };
  return {
    decode: async (bytes, maxPixels) => withPrimary(await loaded(), bytes, (memory, handle) => decode(memory, handle, maxPixels)),
    async primaries(bytes) {
      const colour = withPrimary(await loaded(), bytes, colourOf);
      return "refused" in colour ? undefined : colour.primaries;
    },
  };
}

/** Works on the primary image, and frees everything afterwards. */
function withPrimary<T>(heif: LibHeif, bytes: Uint8Array, work: (memory: Memory, handle: number) => T): T | { refused: "damaged" } {
  const freed: (() => void)[] = [];
  try {
    const memory = memoryOf(heif, freed);
    const context = memory.own(heif._heif_context_alloc(), heif._heif_context_free);
    const input = memory.allocate(bytes.length);
    heif.HEAPU8.set(bytes, input);
    memory.check((error) => heif._heif_context_read_from_memory(error, context, input, bytes.length, 0));
    const handle = memory.own(
      memory.result((error, out) => heif._heif_context_get_primary_image_handle(error, context, out)),
      heif._heif_image_handle_release,
    );
    const made = work(memory, handle);
    release(freed);
    return made;
  } catch (error) {
    // After anything else the wasm heap is not to be touched again.
    if (!(error instanceof HeifError)) throw new DecoderBroken(String(error), { cause: error });
    release(freed);
    return { refused: "damaged" };
  }
}

function release(freed: (() => void)[]): void {
  for (const free of freed.splice(0).toReversed()) free();
}

function decode(memory: Memory, handle: number, maxPixels: number): HeifPixels | { refused: "too_large" } {
  const { heif } = memory;
  if (heif._heif_image_handle_get_width(handle) * heif._heif_image_handle_get_height(handle) > maxPixels) return { refused: "too_large" };
  const options = memory.own(heif._heif_decoding_options_alloc(), heif._heif_decoding_options_free);
  heif.HEAPU8[options + TO_8_BIT] = 1;
  const image = memory.own(
    memory.result((error, out) => heif._heif_decode_image(error, handle, out, RGB, INTERLEAVED_RGB, options)),
    heif._heif_image_release,
  );
  const partial = heif._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0;
  return { ...pixelsOf(memory, image), ...colourOf(memory, handle), partial };
}

function pixelsOf({ heif, allocate, read }: Memory, image: number): Pick<HeifPixels, "data" | "width" | "height"> {
  const width = heif._heif_image_get_width(image, INTERLEAVED);
  const height = heif._heif_image_get_height(image, INTERLEAVED);
  const strideAt = allocate(4);
  const plane = heif._heif_image_get_plane_readonly2(image, INTERLEAVED, strideAt);
  const stride = read(strideAt);
  const row = width * 3;
  const data = Buffer.allocUnsafeSlow(row * height);
  for (let y = 0; y < height; y++) data.set(heif.HEAPU8.subarray(plane + y * stride, plane + y * stride + row), y * row);
  return { data, width, height };
}

function colourOf({ heif, allocate, read, own, check, result }: Memory, handle: number): Pick<HeifPixels, "profile" | "primaries"> {
  const size = heif._heif_image_handle_get_raw_color_profile_size(handle);
  if (size > 0) {
    const at = allocate(size);
    check((error) => heif._heif_image_handle_get_raw_color_profile(error, handle, at));
    return { profile: heif.HEAPU8.slice(at, at + size), primaries: undefined };
  }
  if (heif._heif_image_handle_get_color_profile_type(handle) !== NCLX) return { profile: undefined, primaries: undefined };
  const profile = own(
    result((error, out) => heif._heif_image_handle_get_nclx_color_profile(error, handle, out)),
    heif._heif_nclx_color_profile_free,
  );
  return { profile: undefined, primaries: read(profile + 4) };
}

class HeifError extends Error {}

/** Access to the wasm heap; everything owned is released by the functions in `freed`, last first. */
type Memory = {
  heif: LibHeif;
  own: (pointer: number, free: (pointer: number) => void) => number;
  allocate: (size: number) => number;
  /** The 32-bit number at a pointer. */
  read: (pointer: number) => number;
  /** Calls with a heif_error to fill, and throws when it is one. */
  check: (call: (error: number) => void) => void;
  /** Calls with an error and a pointer to fill; gives what was filled in. */
  result: (call: (error: number, out: number) => void) => number;
};

function memoryOf(heif: LibHeif, freed: (() => void)[]): Memory {
  const own: Memory["own"] = (pointer, free) => {
    if (pointer === 0) throw new Error("out of memory");
    freed.push(() => free(pointer));
    return pointer;
  };
  const allocate = (size: number): number => own(heif._malloc(Math.max(size, 1)), heif._free);
  const read = (pointer: number): number => new DataView(heif.HEAPU8.buffer, pointer, 4).getUint32(0, true);
  const check: Memory["check"] = (call) => {
    const error = allocate(12);
    call(error);
    const [code, detail] = [read(error), read(error + 4)];
    if (code === NO_MEMORY && detail !== OVER_LIMIT) throw new Error("out of memory");
    if (code !== 0) throw new HeifError(`libheif error ${code}.${detail}`);
  };
  const result: Memory["result"] = (call) => {
    const out = allocate(4);
    check((error) => call(error, out));
    return read(out);
  };
  return { heif, own, allocate, read, check, result };
}
