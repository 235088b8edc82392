import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { LIBRARY } from "@tintype/core/storage";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { startHomelab } from "./homelab.ts";
import { startLaptop } from "./laptop.ts";
import { hasHomelab } from "./tools.ts";

/** A running installation of any shape, new and empty. */
export type Installation = {
  /** Where the app is, before and after `killAndStart`. */
  url: string;
  token: string | undefined;
  /** SIGKILL, and a new start on the same data; gives the new one-time token, if there is one. */
  killAndStart(): Promise<string | undefined>;
  /** Every object under `library/` with its bytes. */
  originals(): Promise<{ key: string; bytes: Uint8Array }[]>;
  stop(): Promise<void>;
};

/** A shape in which a story is told; only one of them makes its screenshots. */
export type Shape = { where: string; open: () => Promise<Installation>; canRun: boolean; isPictured: boolean };

export const LAPTOP: Shape = { where: "a laptop", open: openLaptop, canRun: true, isPictured: true };
export const HOMELAB: Shape = { where: "MinIO and Postgres", open: openHomelab, canRun: hasHomelab, isPictured: false };

async function openLaptop(): Promise<Installation> {
  const root = await mkdtemp(join(tmpdir(), "tintype-laptop-"));
  const [dataDir, photos] = [join(root, "Tintype"), join(root, "Tintype", "photos")];
  let laptop = await startLaptop({ dataDir, bundled: true });
  const { url, token } = laptop;
  return {
    url,
    token,
    killAndStart: async () => {
      await laptop.kill();
      laptop = await startLaptop({ dataDir, env: { PORT: new URL(url).port }, bundled: true });
      return laptop.token;
    },
    originals: async () => {
      const entries = await readdir(join(photos, "library"), { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Promise.all(paths.map(async (path) => ({ key: relative(photos, path), bytes: await readFile(path) })));
    },
    stop: async () => {
      await laptop.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

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
