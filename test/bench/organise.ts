import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "@tintype/core/geometry";
import * as Timeline from "@tintype/core/timeline";
import { openPglite } from "../../packages/functions/src/adapters/db-pglite.ts";
import { apiOn, jsonOf, ORIGIN, setUpOwner, type TestApi } from "../support/api.ts";
import { signerOnly } from "../support/person.ts";
import { askedAlbum, isPolicy, SEEN_AS, SEEN_BY, statementsOf } from "../support/statements.ts";
import type { Report } from "./report.ts";
import { seed } from "./timeline.ts";

export const name = "organise";

const PHOTOS = 100_000;
const MONTHS = 120;
const ASKED = 500;

/** Whole libraries marked at once, as the embedded Postgres does it, and how often a request asks what its asker may. */
export async function run(report: Report): Promise<void> {
  await onPglite((api) => marking(report, api));
  await onPglite((api) => asking(report, api));
}

async function onPglite(work: (api: TestApi) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-bench-"));
  const { db, close } = await openPglite({ folder: join(dir, "db") });
  try {
    await work(apiOn(db, () => ({ store: signerOnly, publicStore: () => ({ origin: ORIGIN, sign: signerOnly.sign }) })));
  } finally {
    await close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function marking(report: Report, api: TestApi): Promise<void> {
  const owner = await setUpOwner(api);
  const { user } = await jsonOf(owner.get("/api/me"));
  await seed(api, user.id, PHOTOS, MONTHS);
  await Timeline.refresh(api.system, user.id);
  const timed = async (what: string, path: string, body: object): Promise<void> => {
    const begin = performance.now();
    const answer = await owner.send("POST", path, body);
    if (!answer.ok) throw new Error(`${what} answered ${answer.status}: ${await answer.text()}`);
    report.figure({ what: `${what} ${PHOTOS.toLocaleString("en")} photos`, value: performance.now() - begin, unit: "ms" });
  };
  for (const change of [{ favourite: true }, { trashed: true }]) {
    const { chunks } = decode(new Uint8Array(await (await owner.get("/api/timeline/geometry")).arrayBuffer()));
    const ranges = chunks.map(({ month, revision, count }) => `${month}:${revision}:0:${count}`);
    const token = crypto.randomUUID();
    const word = Object.keys(change).join();
    await timed(`mark as ${word}:`, "/api/assets/mark", { selection: { ranges }, change, token });
    await timed(`undo ${word} of`, "/api/assets/undo", { token });
    await Timeline.refresh(api.system, user.id);
  }
}

async function asking(report: Report, api: TestApi): Promise<void> {
  const album = await askedAlbum(api, ASKED);
  for (const who of SEEN_BY) {
    for (const what of SEEN_AS) {
      const asked = await statementsOf(api.db, () => album.ask(who, what, album.ids));
      const label = `${what} of ${ASKED} photos for the ${who} of an album`;
      report.figure({ what: `${label}: policy queries`, value: asked.filter(isPolicy).length, unit: "", goal: { atMost: 1 } });
      report.figure({ what: `${label}: queries in all`, value: asked.length, unit: "" });
    }
  }
}
