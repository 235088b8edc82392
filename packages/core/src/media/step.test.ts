import { noPorts } from "@tintype/test/ingest";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { asset } from "#asset/table";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { due, runSteps, type Step, type Subject } from "./step.ts";

const database = useDatabase();
const finds = (name: string, version: number, patch: Awaited<ReturnType<Step["run"]>>): Step => ({
  name,
  version,
  run: () => Promise.resolve(patch),
});
let subject: Subject;

beforeEach(async () => {
  const system = systemOn(database());
  const anna = await addPerson(system, "Anna");
  const id = await addAsset(system, anna.id, "2024-01-02T03:04:05");
  const [row] = await system.db.select().from(asset).where(eq(asset.id, id));
  const format = { name: "jpeg", kind: "photo", type: "image/jpeg", label: "a JPEG" } as const;
  subject = {
    asset: row!,
    format,
    bytes: undefined,
    source: { size: 0, read: () => Promise.reject(new Error("nothing to read")) },
    modified: undefined,
  };
});

it("what is due is what is not done in its present version", () => {
  const steps = [finds("a", 1, {}), finds("b", 2, {}), finds("c", 1, {})];
  expect(due(steps, { a: 1, b: 1, gone: 7 }).map(({ name }) => name)).toEqual(["b", "c"]);
});

it("each step sees what the ones before it found", async () => {
  const seen: unknown[] = [];
  const looks: Step = {
    name: "looks",
    version: 3,
    run: (_ctx, _ports, { asset: row }) => Promise.resolve(void seen.push(row.description, row.width)).then(() => ({ width: 7 })),
  };
  const findings = await runSteps(systemOn(database()), noPorts, subject, [finds("tells", 1, { description: "At the lake" }), looks]);
  expect(seen).toEqual(["At the lake", 4]);
  expect(findings).toEqual({ patch: { description: "At the lake", width: 7 }, done: { tells: 1, looks: 3 } });
});

it("when a step throws, what was found until then is kept and the rest is not tried", async () => {
  const breaks: Step = { name: "breaks", version: 1, run: () => Promise.reject(new Error("the store is away")) };
  const findings = await runSteps(systemOn(database()), noPorts, subject, [
    finds("tells", 1, { width: 7 }),
    breaks,
    finds("never", 1, { height: 7 }),
  ]);
  expect(findings).toMatchObject({ patch: { width: 7 }, done: { tells: 1 }, error: { message: "the store is away" } });
  expect(Object.keys(findings.done)).toEqual(["tells"]);
});
