import type { ByteSource, VideoFacts } from "@tintype/core/media";
import { ALL_FORMATS, CustomSource, Input, type InputVideoTrack } from "mediabunny";
import { readMovieHeader } from "./video-mvhd.ts";

const QUICKTIME = "com.apple.quicktime.";

/** Everything that we tell of a video, by ranged reads. Throws what mediabunny throws at files that it does not know. */
export async function readFacts(source: ByteSource): Promise<VideoFacts> {
  const header = await readMovieHeader(source).catch(() => undefined);
  const read = (start: number, end: number): Promise<Uint8Array> => source.read(start, end);
  const input = new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({ getSize: () => source.size, read, prefetchProfile: "network" }),
  });
  try {
    const track = await input.getPrimaryVideoTrack();
    const { raw = {} } = await input.getMetadataTags();
    const tag = (...names: string[]): string | undefined => names.map((name) => textOf(raw[name])).find((text) => text !== undefined);
    const found = {
      durationMs: header?.durationMs ?? (await durationOf(input)),
      createdUtc: header?.createdUtc,
      createdAt: tag(`${QUICKTIME}creationdate`, "©day"),
      location: tag(`${QUICKTIME}location.ISO6709`, "©xyz")?.match(/[+-]\d.*/u)?.[0],
      make: tag(`${QUICKTIME}make`, "©mak", "manu"),
      model: tag(`${QUICKTIME}model`, "©mod", "modl"),
      software: tag(`${QUICKTIME}software`, "©swr"),
      description: tag(`${QUICKTIME}description`, "desc", "©des"),
      ...(track && (await shapeOf(track))),
    };
    return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as VideoFacts;
  } finally {
    input.dispose();
  }
}

async function shapeOf(track: InputVideoTrack): Promise<Pick<VideoFacts, "width" | "height" | "rotation" | "codec">> {
  const [width, height, rotation, codec] = await Promise.all([
    track.getDisplayWidth(),
    track.getDisplayHeight(),
    track.getRotation(),
    track.getCodec(),
  ]);
  return { width, height, rotation, ...(codec !== null && { codec }) };
}

/** What the container says, else the end of the last packet: fragmented files tell no duration. */
async function durationOf(input: Input): Promise<number | undefined> {
  const seconds = (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : undefined;
}

/** Text tags; those of `udta` come as bytes with a 4-byte head of length and language. */
function textOf(value: unknown): string | undefined {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value.subarray(4)) : value;
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}
