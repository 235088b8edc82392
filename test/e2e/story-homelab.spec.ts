import { LIBRARY } from "@tintype/core/storage";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { startHomelab } from "../support/homelab.ts";
import { type Installation, tellStory } from "../support/story.ts";
import { hasHomelab } from "../support/tools.ts";

async function openHomelab(): Promise<Installation> {
  const homelab = await startHomelab();
  let program = await homelab.start();
  const { url, token } = program;
  return {
    url,
    token,
    killAndStart: async () => {
      await program.kill();
      program = await homelab.start();
      return program.token;
    },
    originals: async () => {
      const store = createS3Store(homelab.store.options);
      const { objects } = await store.list(LIBRARY);
      const bytes = await Promise.all(objects.map(({ key }) => store.get(key).then((body) => new Response(body).arrayBuffer())));
      store.close();
      return objects.map(({ key }, i) => ({ key, bytes: new Uint8Array(bytes[i]!) }));
    },
    stop: async () => {
      await program.stop();
      await homelab.stop();
    },
  };
}

tellStory("MinIO and Postgres", openHomelab, { canRun: hasHomelab, isPictured: false });
