import { createHash } from "node:crypto";
import { asset } from "@tintype/core/asset/table";
import * as Ingest from "@tintype/core/ingest";
import { ingest } from "@tintype/core/ingest/table";
import { type Ctx, newId } from "@tintype/core/kernel";
import * as Staging from "@tintype/core/staging";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { STEPS } from "../../packages/functions/src/jobs/steps.ts";
import { addPerson, systemOn } from "../support/person.ts";
import { startPostgres } from "../support/postgres.ts";
import { SETTING, startMinio } from "../support/stores.ts";
import type { Report } from "./report.ts";

export const name = "sweep";

const OBJECTS = 100_000;
const BATCH = 1000;
const AT_ONCE = 48;

/** A full sweep of 100,000 originals on MinIO and Postgres of which nothing has changed, and a hot one: time and requests. */
export async function run(report: Report): Promise<void> {
  const [minio, postgres] = await Promise.all([startMinio(), startPostgres()]);
  if (!postgres) throw new Error("Postgres is not installed (apt-get install postgresql)");
  const database = await openPostgres({ url: postgres.url });
  const store = createS3Store(minio.options);
  try {
    await setUpStore(minio.options, SETTING);
    const system = systemOn(database.db, { store });
    const anna = await addPerson(system, "Anna");
    await seed(system, anna.id);
    const begin = performance.now();
    const total = { listed: 0, hinted: 0, lists: 0 };
    for (let isComplete = false; !isComplete;) {
      const swept = await Ingest.sweep(system, { steps: STEPS });
      total.listed += swept.listed;
      total.hinted += swept.hinted;
      total.lists += swept.lists;
      ({ isComplete } = swept);
    }
    const what = `full sweep of ${OBJECTS.toLocaleString("en")} originals, unchanged`;
    report.figure({ what, value: (performance.now() - begin) / 1000, unit: "s", goal: { atMost: 60 } });
    report.figure({ what: `${what}: list requests`, value: total.lists, unit: "LISTs", goal: { atMost: 110 } });
    if (total.listed !== OBJECTS || total.hinted > 0) throw new Error(`${total.listed} were listed and ${total.hinted} hinted`);
    const hot = performance.now();
    const looked = await Staging.look(system);
    const swept = await Ingest.sweep(system, { steps: STEPS });
    report.figure({ what: "hot sweep, nothing staged", value: performance.now() - hot, unit: "ms" });
    report.figure({ what: "hot sweep, nothing staged: requests", value: looked.lists + swept.lists + swept.heads, unit: "" });
  } finally {
    store.close();
    await database.close();
    await Promise.all([minio.stop(), postgres.stop()]);
  }
}

/** Tiny objects, each with its asset and its ledger as ingest leaves them. */
async function seed(system: Ctx, ownerId: string): Promise<void> {
  const done = Object.fromEntries([{ name: "verify", version: 1 }, ...STEPS].map(({ name: step, version }) => [step, version]));
  for (let from = 0; from < OBJECTS; from += BATCH) {
    const left = Array.from({ length: BATCH }, (_, i) => from + i);
    const rows: (typeof asset.$inferInsert)[] = [];
    const put = async (): Promise<void> => {
      for (let i = left.pop(); i !== undefined; i = left.pop()) {
        const body = Buffer.from(`photo ${i}`);
        const sha256 = new Uint8Array(createHash("sha256").update(body).digest());
        const month = String(1 + (i % 12)).padStart(2, "0");
        const key = `library/anna/20${10 + (i % 15)}/${month}/IMG_${i}~${Buffer.from(sha256).toString("hex", 0, 4)}.jpg`;
        const { etag } = await system.store.put(key, body, { type: "image/jpeg" });
        const facts = { key, etag, size: body.length, sha256, sha1: sha256.subarray(0, 20), type: "image/jpeg", kind: "photo" } as const;
        rows.push({
          ...facts,
          id: newId(),
          ownerId,
          state: "ready",
          name: `IMG_${i}.jpg`,
          localAt: `20${10 + (i % 15)}-${month}-02T03:04:05`,
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, put));
    await system.db.insert(asset).values(rows);
    await system.db.insert(ingest).values(rows.map(({ key, etag }) => ({ key, etag, steps: done })));
  }
}
