import { type Canary, toldIn } from "@tintype/test/canary";
import { hiddenFrom } from "@tintype/test/hidden";
import { shareFiles } from "@tintype/test/link";
import { ROWS } from "@tintype/test/matrix";
import { useApi } from "@tintype/test/api";
import { tokenOf } from "@tintype/test/holders";
import { PRINCIPALS, type Principal } from "@tintype/test/rules";
import { useStore } from "@tintype/test/store";
import { type Undoable, undoable } from "@tintype/test/undo";
import { stateOf } from "@tintype/test/state";
import { openWorld, type World } from "@tintype/test/world";
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

let library: Undoable;
let world: World;
let untouched: unknown;

beforeAll(async () => {
  world = await openWorld(api(), store());
  untouched = await stateOf(api().db);
});

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
    const url = (path?.(things) ?? mounted).replace(":token", tokenOf(principal, tokens));
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
  expect(await stateOf(api().db)).toEqual(untouched);
  for (const principal of PRINCIPALS.filter(mayChange)) await library.undone(() => ask(principal));
});
