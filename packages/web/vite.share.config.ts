import { defineConfig } from "vite";
import app from "./vite.config.ts";

/**
 * The page of share links: a build of its own, so that nothing of the app is in it and all of it lies under `/s/`, which a proxy may open to the
 * world alone. It is plain TypeScript: React would be two thirds of what its first load may weigh.
 */
export default defineConfig({
  publicDir: false,
  worker: app.worker ?? {},
  build: {
    ...app.build,
    emptyOutDir: false,
    assetsDir: "s/assets",
    rolldownOptions: {
      input: "s/index.html",
      // What is shared with the app has hooks beside it, which nobody calls here.
      treeshake: { moduleSideEffects: [{ test: /node_modules\/react\//u, sideEffects: false }] },
    },
  },
});
