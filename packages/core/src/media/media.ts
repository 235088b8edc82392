export { derivative } from "./derivative.ts";
export { fallbackOf, metadata, readMetadata } from "./metadata.ts";
export type {
  ByteSource,
  Decodable,
  Derived,
  Digests,
  Hasher,
  ImageCodec,
  MetadataReader,
  Ports,
  Refusal,
  Tags,
  TagValue,
  VideoFacts,
  VideoTool,
} from "./ports.ts";
export { END_BYTES, PHOTO_BYTES, type Piece, sourceOf, START_BYTES } from "./source.ts";
export { sniff, SNIFF_BYTES, type Format } from "./sniff.ts";
export { type AssetRow, type Done, due, type Findings, type Patch, runSteps, type Step, type Subject } from "./step.ts";
