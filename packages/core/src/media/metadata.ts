import type { Ctx } from "#kernel";
import { chooseTaken, parseStamp, type Fallback, type Found } from "#date";
import { describe, textOf } from "./exif.ts";
import type { Ports, VideoFacts } from "./ports.ts";
import { START_BYTES } from "./source.ts";
import type { AssetRow, Patch, Step, Subject } from "./step.ts";

/** A file of which something is to be known, also before it is an asset. */
type File = Omit<Subject, "asset"> & { asset: Pick<AssetRow, "key" | "name" | "createdAt"> };

/** Reads when, where and with what it was taken, each field with its source. Never a reason to refuse a file. */
export const metadata: Step = { name: "metadata", version: 1, run: readMetadata };

/** What the step of this name finds, of a file that need not be an asset yet. */
export async function readMetadata(ctx: Ctx, ports: Ports, file: File): Promise<Patch> {
  if (file.format.kind === "video") return ofVideo(await ports.video.read(file.source), file);
  if (file.format.kind === "other" || file.format.kind === "sidecar") return ofNothing(file);
  const bytes = file.bytes ?? (await file.source.read(0, Math.min(START_BYTES, file.source.size)));
  const tags = await ports.metadata.read(bytes);
  if (!tags) ctx.log.warn("ingest.metadata.given_up", { key: file.asset.key });
  return tags ? ofTags(tags, file) : ofNothing(file);
}

function ofTags(tags: NonNullable<Awaited<ReturnType<Ports["metadata"]["read"]>>>, subject: File): Patch {
  const described = describe(tags);
  return {
    ...when(described.found, subject, described.sources),
    latitude: described.position?.latitude ?? null,
    longitude: described.position?.longitude ?? null,
    description: described.description ?? null,
    orientation: described.orientation ?? null,
    exif: described.exif,
  };
}

function ofVideo(facts: VideoFacts | undefined, subject: File): Patch {
  if (!facts) return ofNothing(subject);
  const stamp = parseStamp(facts.createdAt ?? "");
  const position = parseLocation(facts.location ?? "");
  const found: Found = {
    clocks: stamp ? [{ stamp, source: "creationdate" }] : [],
    instants: facts.createdUtc === undefined ? [] : [{ ms: facts.createdUtc, source: "mvhd" }],
    ...(position && { position }),
  };
  const [make, model, software, codec] = [facts.make, facts.model, facts.software, facts.codec].map(textOf);
  return {
    ...when(found, subject, position ? { position: "location" } : {}),
    width: countOf(facts.width),
    height: countOf(facts.height),
    durationMs: countOf(facts.durationMs),
    latitude: position?.latitude ?? null,
    longitude: position?.longitude ?? null,
    description: textOf(facts.description) ?? null,
    exif: { ...(make && { make }), ...(model && { model }), ...(software && { software }), ...(codec && { codec }) },
  };
}

/** What fits into a column; a header gone wrong may tell a length of centuries. */
function countOf(value: number | undefined): number | null {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff ? value : null;
}

function ofNothing(subject: File): Patch {
  return when({ clocks: [], instants: [] }, subject, {});
}

function when(found: Found, subject: File, sources: Patch["provenance"]): Patch {
  const taken = chooseTaken(found, fallbackOf(subject));
  const { localAt, offsetMinutes, zone, takenAt } = taken;
  return { localAt, offsetMinutes, zone, takenAt, provenance: { ...sources, ...taken.provenance } };
}

/** What is known of a file's time without reading it. */
export function fallbackOf({ asset, modified }: Pick<Subject, "modified"> & { asset: { name: string; createdAt: Date } }): Fallback {
  return {
    name: asset.name,
    uploadedAt: asset.createdAt,
    ...(modified && { modifiedAt: modified.at }),
    ...(modified?.offset != null && { modifiedOffset: modified.offset }),
  };
}

/** ISO 6709: `+37.7749-122.4194+012.3/`, degrees; undefined for none, for 0°, 0° and beyond the globe. */
function parseLocation(text: string): Found["position"] {
  const match = /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)/u.exec(text);
  const [latitude, longitude] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if ((latitude === 0 && longitude === 0) || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return { latitude, longitude };
}
