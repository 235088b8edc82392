import { ingestJob } from "@tintype/core/asset";
import type { Ctx } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { asset } from "@tintype/core/asset/table";
import { upload } from "@tintype/core/upload/table";
import { type Browser, setUpOwner, useApi } from "@tintype/test/api";
import { drain, noPorts } from "@tintype/test/ingest";
import { useStore } from "@tintype/test/store";
import { send } from "@tintype/test/upload";
import { type UploadApi, uploadContract } from "@tintype/test/upload-contract";
import { beforeAll, describe } from "vitest";
import { STEPS } from "../jobs/steps.ts";

describe.each([true, false])("where signed PUTs are held to what they pin: %s", (pins) => {
  const store = useStore({ pins });
  const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));
  let owner: Browser;

  beforeAll(async () => {
    owner = await setUpOwner(api());
  });

  async function ask(method: string, path: string, body?: unknown) {
    const response = await owner.send(method, `/api/uploads${path}`, body);
    const text = await response.text();
    if (!response.ok) throw Object.assign(new Error(text), { status: response.status });
    return text === "" ? undefined : JSON.parse(text);
  }

  const asked: UploadApi = {
    plan: async (files) => (await ask("POST", "", { files })).files,
    parts: async (id, from, to) => (await ask("POST", `/${id}/parts`, { from, to })).parts,
    complete: (id) => ask("POST", `/${id}/complete`, {}),
    statuses: async (ids) => (await ask("POST", "/status", { ids })).uploads,
    abort: (id) => ask("DELETE", `/${id}`),
  };

  const system = (): Ctx => ({ ...api().system, store: store() });

  async function ingest(keys: readonly string[]): Promise<void> {
    await system().queue.enqueue(keys.map(ingestJob));
    await drain(system(), noPorts, { steps: STEPS });
  }

  describe("the API, as the uploader of the web app takes it to be", () => {
    uploadContract(() => ({
      api: asked,
      send: async (planned, content) => void (await send(planned, content)),
      verify: async () => ingest((await api().db.select().from(upload)).map(({ key, source }) => source ?? key)),
      show: async () => {
        for (const { ownerId } of await api().db.select({ ownerId: asset.ownerId }).from(asset)) await Timeline.refresh(system(), ownerId);
      },
      lose: async () => {
        const originals = (await api().db.select({ key: asset.key }).from(asset)).map(({ key }) => key);
        await store().remove(originals);
        await ingest(originals);
      },
      large: 64 * 1024 ** 2,
    }));
  });
});
