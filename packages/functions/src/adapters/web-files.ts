import { type FileHandle, open, stat } from "node:fs/promises";
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
  return async (asked) => {
    const type = TYPES[extname(asked)];
    const file = normalize(asked);
    if (!type || file.split(/[/\\]/u).includes("..")) return undefined;
    const path = join(dir, file);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    return new Response(bytesOf(path), { headers: { "content-type": type, "content-length": String(found.size) } });
  };
}

const PIECE = 64 * 1024;

/** The bytes of a file, which is opened when the first of them are asked for. */
function bytesOf(path: string): ReadableStream<Uint8Array> {
  let file: FileHandle | undefined;
  const close = async (): Promise<void> => {
    await file?.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        file ??= await open(path);
        const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE)).catch(async (error: unknown) => {
          await close();
          throw error;
        });
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
        await close();
        return controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
