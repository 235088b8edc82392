declare module "libheif-js/libheif-wasm/libheif-bundle.mjs" {
  /** The part of libheif's C interface that we call: pointers and numbers. Structs are returned through their first argument. */
  export type LibHeif = {
    /** The heap; another array after it has grown. */
    readonly HEAPU8: Uint8Array;
    _malloc: (size: number) => number;
    _free: (pointer: number) => void;
    _heif_context_alloc: () => number;
    _heif_context_free: (context: number) => void;
    _heif_context_read_from_memory: (error: number, context: number, bytes: number, size: number, options: number) => void;
    _heif_context_get_primary_image_handle: (error: number, context: number, handle: number) => void;
    _heif_image_handle_release: (handle: number) => void;
    _heif_image_handle_get_width: (handle: number) => number;
    _heif_image_handle_get_height: (handle: number) => number;
    _heif_image_handle_get_color_profile_type: (handle: number) => number;
    _heif_image_handle_get_raw_color_profile_size: (handle: number) => number;
    _heif_image_handle_get_raw_color_profile: (error: number, handle: number, into: number) => void;
    _heif_image_handle_get_nclx_color_profile: (error: number, handle: number, profile: number) => void;
    _heif_nclx_color_profile_free: (profile: number) => void;
    _heif_decoding_options_alloc: () => number;
    _heif_decoding_options_free: (options: number) => void;
    _heif_decode_image: (error: number, handle: number, image: number, colorspace: number, chroma: number, options: number) => void;
    _heif_image_release: (image: number) => void;
    _heif_image_get_width: (image: number, channel: number) => number;
    _heif_image_get_height: (image: number, channel: number) => number;
    _heif_image_get_plane_readonly2: (image: number, channel: number, stride: number) => number;
    _heif_image_get_decoding_warnings: (image: number, first: number, into: number, limit: number) => number;
  };
  export default function start(): Promise<LibHeif>;
}
