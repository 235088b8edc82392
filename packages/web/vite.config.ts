import * as icons from "@mdi/js";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const api = `http://127.0.0.1:${process.env["PORT"] ?? "3000"}`;

/** In development the page of share links is at every link's address, as the server has it otherwise. */
const sharePage: Plugin = {
  name: "share-page",
  configureServer: ({ middlewares }) =>
    void middlewares.use((request, _, next) => {
      if (/^\/s\/[^/.]+(?:\/p\/[^/]+)?(?:\?|$)/u.test(request.url ?? "")) request.url = "/s/index.html";
      next();
    }),
};

/** Writes icons into the modules that show them: theirs is one module, which would come with the first page and with the icons of all others. */
const ownIcons: Plugin = {
  name: "own-icons",
  apply: "build",
  enforce: "pre",
  transform: (code) =>
    code.replace(/import \{([^}]*)\} from "@mdi\/js";/u, (_, names: string) =>
      Array.from(names.matchAll(/\w+/gu), ([name]) => `const ${name} = ${JSON.stringify(Reflect.get(icons, name))};`).join(" "),
    ),
};

type Graph = { getModuleInfo: (id: string) => { isEntry: boolean; importers: readonly string[] } | null };

/** All that the first page imports is one chunk: in ten, each shared with another of the parts that come later, it packs worse. */
function firstRoute(id: string, graph: Graph): string | null {
  const seen = new Set<string>();
  const isFirst = (module: string): boolean => {
    if (seen.has(module)) return false;
    seen.add(module);
    const info = graph.getModuleInfo(module);
    return info !== null && (info.isEntry || info.importers.some(isFirst));
  };
  return isFirst(id) ? "first" : null;
}

export default defineConfig({
  plugins: [react(), sharePage, ownIcons],
  server: { proxy: { "/api": api, "/healthz": api, "/readyz": api, "^/s/[^/]+/(?!p/)": api } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The content security policy allows no inline script, and every target browser knows modulepreload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One style sheet: a part of the app that is loaded later then waits for a script alone, and never comes without its style.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstRoute, debugName: "first" }] } } },
  },
});
