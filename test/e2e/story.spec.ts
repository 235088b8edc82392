import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { startLaptop } from "../support/laptop.ts";
import { type Installation, tellStory } from "../support/story.ts";

async function openLaptop(): Promise<Installation> {
  const root = await mkdtemp(join(tmpdir(), "tintype-story-"));
  const [dataDir, photos] = [join(root, "Tintype"), join(root, "Tintype", "photos")];
  let laptop = await startLaptop({ dataDir });
  const { url, token } = laptop;
  return {
    url,
    token,
    killAndStart: async () => {
      await laptop.kill();
      laptop = await startLaptop({ dataDir, env: { PORT: new URL(url).port } });
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

tellStory("a laptop", openLaptop, { canRun: true, isPictured: true });
