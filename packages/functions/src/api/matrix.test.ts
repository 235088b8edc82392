import { type Canary, canariesOf, canaryOf, toldIn } from "@tintype/test/canary";
import { shareFiles } from "@tintype/test/link";
import { ROWS } from "@tintype/test/matrix";
import { useApi } from "@tintype/test/api";
import { PRINCIPALS, type Principal } from "@tintype/test/rules";
import { useStore } from "@tintype/test/store";
import { type Undoable, undoable } from "@tintype/test/undo";
import { openWorld, type Things, type World } from "@tintype/test/world";
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createQueue } from "../adapters/queue-postgres.ts";

const store = useStore();
const metrics = { tokenSha256: new Uint8Array(32), read: () => Promise.reject(new Error("nobody may")) };
const hook = { tokenSha256: new Uint8Array(32), bucket: "photos" };
const publicStore = () => ({ origin: "http://store.test", sign: store().sign });
const api = useApi((system) => {
  library = undoable(system.db);
  const { db } = library;
  return { db, queue: createQueue(db), store: store(), publicStore, hook, metrics, web: shareFiles };
});

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

/** What is counted of looking: of links how often and how much, of keys when last. */
const COUNTED = "{views,egress_bytes,egress_month,last_request,request_count,updated_at}";

let library: Undoable;
let world: World;
let untouched: unknown;

beforeAll(async () => {
  world = await openWorld(api(), store());
  untouched = await state();
});

/** What must not be told to this principal. */
function hiddenFrom(
  principal: Principal,
  isShare: boolean,
  { loose, shared, locked, binned, held, album, uploadId, account }: Things,
): Canary[] {
  if (principal === "unlocked" && !isShare) return [];
  if ((principal === "owner" || principal.startsWith("key library") || principal === "key sharing") && !isShare) return canariesOf(locked);
  const alone = [
    ...[loose, locked, binned, held].flatMap(canariesOf),
    canaryOf("an upload", uploadId),
    canaryOf("her e-mail", "mia@example.org"),
  ];
  if (["viewer", "contributor", "editor"].includes(principal) && !isShare) return alone;
  // A key of hers tells what its scope is about: her uploads, or her album.
  const isHers = principal.startsWith("key ") && principal !== "key admin" && !isShare;
  if (isHers) return [loose, locked, binned, held].flatMap(canariesOf);
  const [id, ...rest] = canariesOf(shared);
  // Who holds an open link sees the photo, and neither name nor key nor hash of it.
  if (isShare && (principal === "link" || principal === "right")) return [...alone, ...rest, canaryOf("her id", account.id)];
  const inside = [id!, ...rest, canaryOf("the album's id", album.id), canaryOf("the album's title", album.title)];
  return [...alone, ...inside, canaryOf("her id", account.id)];
}

/** A number that changes with every row of what a refused request may not change. */
async function state(): Promise<unknown> {
  const parts = TABLES.map(
    (name) => sql`(select coalesce(sum(hashtextextended((to_jsonb(t) - ${COUNTED}::text[])::text, 0)), 0) from ${sql.identifier(name)} t)`,
  );
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
  const isShare = mounted.startsWith("/s/");
  const { things, tokens } = world;
  const ask = async (principal: Principal): Promise<void> => {
    const token = principal in tokens ? tokens[principal as keyof typeof tokens] : tokens.pending;
    const url = (path?.(things) ?? mounted).replace(":token", token);
    // What it is told to keep is not kept: it may be somebody else's session.
    const browser = world.browsers[principal].copy();
    const answer = await (method === "GET" ? browser.get(url) : browser.send(method, url, body?.(things)));
    expect([principal, answer.status]).toEqual([principal, answers[principal]]);
    const isTold = ({ what }: Canary): boolean => principal.includes("admin") && tellsAdmin.includes(what);
    const hidden = hiddenFrom(principal, isShare, things).filter((canary) => !isTold(canary));
    expect([principal, await toldIn(answer, hidden)]).toEqual([principal, []]);
  };
  // A question changes nothing, whoever asks; nor does what is refused.
  const mayChange = (principal: Principal): boolean => method !== "GET" && answers[principal] < 400;
  for (const principal of PRINCIPALS.filter((each) => !mayChange(each))) await ask(principal);
  expect(await state()).toEqual(untouched);
  for (const principal of PRINCIPALS.filter(mayChange)) await library.undone(() => ask(principal));
});
