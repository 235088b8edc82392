import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { AppError } from "@tintype/core/kernel";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** The built web app in `dir`, file by file, as `Deps.web` wants it. Throws AppError `invalid` when it was never built. */
export async function webFiles(dir: string): Promise<(path: string) => Promise<Response | undefined>> {
  const index = await stat(join(dir, "index.html")).catch(() => undefined);
  if (!index) throw new AppError("invalid", "The web app is not built. Run: npm run build");
  return async (path) => {
    const type = TYPES[extname(path)];
    const file = normalize(path);
    if (!type || file.split(/[/\\]/u).includes("..")) return undefined;
    const bytes = await readFile(join(dir, file)).catch(() => undefined);
    return bytes && new Response(new Uint8Array(bytes), { headers: { "content-type": type, "content-length": String(bytes.length) } });
  };
}
