import { asset } from "@tintype/core/asset/table";
import { grant } from "@tintype/core/grant/table";
import { type Database, newId } from "@tintype/core/kernel";
import { addMember, browse, type Browser, jsonOf, ORIGIN, setUpOwner, type TestApi } from "./api.ts";
import { assetRow } from "./person.ts";
import { addAlbum } from "./share.ts";

type Prepare = (query: { sql: string }, ...rest: unknown[]) => { execute: (values?: unknown) => Promise<unknown> };

/** The statements that are asked of this database outside of transactions while `work` is under way. */
export async function statementsOf(db: Database, work: () => Promise<unknown>): Promise<string[]> {
  // Guarantee: drizzle runs every statement of a database through its session.
  const sessionOf = (of: Database) => (of as unknown as { session: { prepareQuery: Prepare } }).session;
  const asked: string[] = [];
  const listen = (of: Database): (() => void) => {
    const session = sessionOf(of);
    const prepare = session.prepareQuery;
    session.prepareQuery = (query, ...rest) => {
      asked.push(query.sql);
      return prepare.call(session, query, ...rest);
    };
    return () => (session.prepareQuery = prepare);
  };
  const together = db.together.bind(db);
  const stop = listen(db);
  db.together = (reads) =>
    together((inside) => {
      listen(inside);
      return reads(inside);
    });
  try {
    await work();
  } finally {
    stop();
    db.together = together;
  }
  return asked;
}

/** What a person may do with an album is asked of it and of `grant` together. */
export function isPolicy(statement: string): boolean {
  return /from "album" left join "grant"/u.test(statement);
}

export const SEEN_BY = ["owner", "viewer", "link"] as const;
export const SEEN_AS = ["geometry", "items", "downloads"] as const;

/** An album of this many photos, which its owner, somebody whom it is shared with and whoever holds its link ask for in one way or another. */
export type AskedAlbum = {
  ids: string[];
  ask: (who: (typeof SEEN_BY)[number], what: (typeof SEEN_AS)[number], ids: readonly string[]) => Promise<Response>;
};

export async function askedAlbum(api: TestApi, photos: number): Promise<AskedAlbum> {
  const anna = await setUpOwner(api);
  const bea = await addMember(api, "Bea");
  const { user } = await jsonOf(anna.get("/api/me"));
  const rows = Array.from({ length: photos }, () => assetRow(user.id, "2026-11-22T10:00:00", { derivedVersion: 1 }));
  await api.db.insert(asset).values(rows);
  const ids = rows.map(({ id }) => id);
  const albumId = await addAlbum(api.system, user.id, ids);
  const part = { subjectKind: "user", subjectId: bea.id, targetKind: "album", targetId: albumId, role: "viewer" } as const;
  await api.db.insert(grant).values({ id: newId(), ...part });
  const { url } = await jsonOf(anna.send("POST", "/api/links", { albumId, hideMetadata: false }));
  const own = `/api/albums/${albumId}`;
  const askers: Record<(typeof SEEN_BY)[number], [Browser, string]> = {
    owner: [anna, own],
    viewer: [bea.browser, own],
    link: [browse(api.app, ORIGIN, "10.9.6.1"), new URL(url).pathname],
  };
  const ask: AskedAlbum["ask"] = (who, what, asked) => {
    const [browser, path] = askers[who];
    return what === "geometry" ? browser.get(`${path}/geometry`) : browser.send("POST", `${path}/${what}`, { ids: asked });
  };
  return { ids, ask };
}
