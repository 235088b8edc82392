import * as Timeline from "@tintype/core/timeline";
import { addMember, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { addShown, signerOnly } from "@tintype/test/person";
import { beforeAll, expect, it } from "vitest";

const api = useApi(() => ({ store: signerOnly }));

const MONTH = 2026 * 12 + 10;
let anna: Browser;
let annaId: string;

beforeAll(async () => {
  await setUpOwner(api());
  const member = await addMember(api(), "Mia");
  anna = member.browser;
  annaId = member.id;
});

const mark = (selection: object, change: unknown, token: string = crypto.randomUUID()) =>
  anna.send("POST", "/api/assets/mark", { selection, change, token });

it("marks by place and by id, tells how many were changed, and undoes it once", async () => {
  const { system } = api();
  const ids: string[] = [];
  for (const day of ["03", "02", "01"]) ids.push(await addShown(system, annaId, `2026-11-${day}T10:00:00`));
  await Timeline.refresh(system, annaId);
  const token = crypto.randomUUID();
  expect(await jsonOf(mark({ ranges: [`${MONTH}:1:0:2`], ids: [ids[2]] }, { rating: 4 }, token))).toEqual({ changed: 3 });
  expect(await jsonOf(anna.get(`/api/assets/${ids[0]}`))).toMatchObject({ rating: 4, favourite: false, archived: false });
  expect(await jsonOf(anna.send("POST", "/api/assets/undo", { token }))).toEqual({ changed: 3 });
  expect(await jsonOf(anna.get(`/api/assets/${ids[0]}`))).toMatchObject({ rating: null });
  expect(await jsonOf(anna.send("POST", "/api/assets/undo", { token }))).toEqual({ changed: 0 });
  const stale = await mark({ ranges: [`${MONTH}:9:0:2`] }, { favourite: true });
  expect([stale.status, await stale.json()]).toEqual([412, expect.objectContaining({ code: "stale" })]);
});

it.each([
  [{}, { favourite: true }],
  [{ ids: [], ranges: [] }, { favourite: true }],
  [{ ids: ["x"] }, { favourite: true }],
  [{ ranges: ["24322:1:5:5"] }, { favourite: true }],
  [{ ranges: ["24322:1:0:1"] }, {}],
  [{ ranges: ["24322:1:0:1"] }, { favourite: true, trashed: true }],
  [{ ranges: ["24322:1:0:1"] }, { rating: 0 }],
  [{ ranges: ["24322:1:0:1"] }, { rating: 2.5 }],
  [{ ranges: ["24322:1:0:1"] }, { archived: "yes" }],
])("refuses %j with %j", async (selection, change) => {
  expect((await mark(selection, change)).status).toBe(400);
});
