import { album } from "@tintype/core/album/table";
import { asset } from "@tintype/core/asset/table";
import { newId, type Ctx } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll } from "vitest";
import { type Library, openLibrary } from "./library.ts";
import { addAsset } from "./person.ts";

type AssetRow = typeof asset.$inferSelect;

/** A library with an album, and somebody who has a link to it that gives originals and hides metadata. */
export type SharedLibrary = {
  library: Library;
  system: Ctx;
  guest: Ctx;
  album: { ownerId: string; albumId: string };
  /** An asset of the owner's with these bytes in the store, as ingest leaves it. */
  add(bytes: Uint8Array, name: string): Promise<AssetRow>;
  /** The assets of which copies that tell nothing were asked for. */
  asked(): Promise<(string | null)[]>;
};

/** Opens one for a test file. */
export function useSharedLibrary(): () => SharedLibrary {
  let shared: SharedLibrary;
  beforeAll(async () => {
    const library = await openLibrary();
    const { system, owner } = library;
    const target = { ownerId: owner.id, albumId: newId() };
    await system.db.insert(album).values({ id: target.albumId, ownerId: owner.id, kind: "album", title: "Shared" });
    const may = { mayDownload: true, mayOriginals: true, mayUpload: false, hidesMetadata: true };
    const guest: Ctx = { ...system, actor: { kind: "link", linkId: newId(), ...target, ...may } };
    shared = { library, system, guest, album: target, add: (bytes, name) => add(library, bytes, name), asked: () => asked(system) };
  });
  afterAll(() => shared.library.close());
  return () => shared;
}

async function add({ system, owner }: Library, bytes: Uint8Array, name: string): Promise<AssetRow> {
  const key = `library/anna/${newId()}-${name}`;
  const { etag } = await system.store.put(key, bytes, { type: "application/octet-stream" });
  const id = await addAsset(system, owner.id, "2026-01-02T03:04:05", { key, etag, size: bytes.length, name });
  const [row] = await system.db.select().from(asset).where(eq(asset.id, id));
  if (!row) throw new Error("the asset is not there");
  return row;
}

async function asked({ db }: Ctx): Promise<(string | null)[]> {
  return (await db.select({ dedupe: job.dedupe }).from(job).where(eq(job.kind, "strip"))).map(({ dedupe }) => dedupe);
}
