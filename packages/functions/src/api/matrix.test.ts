import { type Canary, canariesOf, canaryOf, toldIn } from "@tintype/test/canary";
import { ROWS } from "@tintype/test/matrix";
import { useApi } from "@tintype/test/api";
import { PRINCIPALS, type Principal } from "@tintype/test/rules";
import { useStore } from "@tintype/test/store";
import { openWorld, type Things, type World } from "@tintype/test/world";
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";

const store = useStore();
const metrics = { tokenSha256: new Uint8Array(32), read: () => Promise.reject(new Error("nobody may")) };
const hook = { tokenSha256: new Uint8Array(32), bucket: "photos" };
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }), hook, metrics }));

/** What a request that is refused may not change. */
const TABLES = [
  "account",
  "album",
  "album_item",
  "apikey",
  "asset",
  "direct_link",
  "grant",
  "invite",
  "passkey",
  "share_link",
  "upload",
  "user",
];

let world: World;

beforeAll(async () => {
  world = await openWorld(api(), store());
});

/** What must not be told to this principal. */
function hiddenFrom(principal: Principal, { loose, shared, locked, binned, held, album, uploadId }: Things): Canary[] {
  if (principal === "unlocked") return [];
  if (principal === "owner") return canariesOf(locked);
  const alone = [
    ...[loose, locked, binned, held].flatMap(canariesOf),
    canaryOf("an upload", uploadId),
    canaryOf("her e-mail", "mia@example.org"),
  ];
  if (["viewer", "contributor", "editor"].includes(principal)) return alone;
  const inside = [...canariesOf(shared), canaryOf("the album's id", album.id), canaryOf("the album's title", album.title)];
  return [...alone, ...inside, canaryOf("her id", world.miaId)];
}

/** A number that changes with every row of what a refused request may not change. */
async function state(): Promise<unknown> {
  const parts = TABLES.map((name) => sql`(select coalesce(sum(hashtextextended(t::text, 0)), 0) from ${sql.identifier(name)} t)`);
  const { rows } = await api().db.execute<{ sum: unknown }>(sql`select ${sql.join(parts, sql` + `)} as sum`);
  return rows[0]?.sum;
}

it("has a row for every route that is mounted, and for no other", () => {
  const mounted = api().app.routes.filter(({ method }) => method !== "ALL");
  expect(Object.keys(ROWS).toSorted()).toEqual([...new Set(mounted.map(({ method, path }) => `${method} ${path}`))].toSorted());
});

it.each(Object.keys(ROWS))("%s answers each principal as its row says", async (route) => {
  const { answers, path, body, tellsAdmin = [] } = ROWS[route]!;
  const [method = "", mounted = ""] = route.split(" ");
  let things = await world.make();
  const before = await state();
  // Who is refused comes first: for them it stays as it is.
  const order = PRINCIPALS.toSorted((a, b) => Number(answers[a] < 400) - Number(answers[b] < 400));
  let isChanged = false;
  for (const principal of order) {
    if (isChanged) things = await world.make();
    const browser = world.browsers[principal];
    const url = path?.(things) ?? mounted;
    const answer = await (method === "GET" ? browser.get(url) : browser.send(method, url, body?.(things)));
    expect([principal, answer.status]).toEqual([principal, answers[principal]]);
    const hidden = hiddenFrom(principal, things).filter(({ what }) => principal !== "admin" || !tellsAdmin.includes(what));
    expect([principal, await toldIn(answer, hidden)]).toEqual([principal, []]);
    isChanged ||= answer.ok && method !== "GET";
    if (!isChanged) expect([principal, "changes", await state()]).toEqual([principal, "changes", before]);
  }
});
