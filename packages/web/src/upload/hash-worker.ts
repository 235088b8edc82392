import { createSHA256 } from "hash-wasm";

/** One file at a time: `{file}` in, `{sha256}` (lower-case hex) or `{error}` (the exception's name) out. */
export type HashAnswer = { sha256: string } | { error: string };

const CHUNK = 4 * 1024 * 1024;
/** Up to this size a file is read whole and hashed by the browser itself, three times as fast; it has no way to hash piece by piece. */
const WHOLE = 32 * 1024 * 1024;

// Missing on plain http from another machine.
const native: SubtleCrypto | undefined = crypto.subtle;
let wasm: ReturnType<typeof createSHA256> | undefined;

addEventListener("message", (event: MessageEvent<{ file: File }>) => {
  void answer(event.data.file).then((message) => postMessage(message));
});

async function answer(file: File): Promise<HashAnswer> {
  try {
    return { sha256: await digest(file) };
  } catch (error) {
    return { error: error instanceof Error || error instanceof DOMException ? error.name : "Error" };
  }
}

async function digest(file: File): Promise<string> {
  if (!native || file.size > WHOLE) return stream(file);
  const hash = new Uint8Array(await native.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads the next chunk while the present one is being hashed; at most two are in memory. */
async function stream(file: File): Promise<string> {
  wasm ??= createSHA256();
  const sha256 = (await wasm).init();
  let next = file.slice(0, CHUNK).arrayBuffer();
  for (let from = 0; from < file.size; from += CHUNK) {
    const chunk = await next;
    if (from + CHUNK < file.size) next = file.slice(from + CHUNK, from + 2 * CHUNK).arrayBuffer();
    sha256.update(new Uint8Array(chunk));
  }
  return sha256.digest("hex");
}
