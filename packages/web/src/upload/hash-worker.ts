import { createSHA256 } from "hash-wasm";

/** One file at a time: `{file}` in, `{sha256}` (lower-case hex) or `{error}` (the exception's name) out. */
export type HashAnswer = { sha256: string } | { error: string };

const CHUNK = 4 * 1024 * 1024;
const hasher = createSHA256();

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

/** Reads the next chunk while the present one is being hashed; at most two are in memory. */
async function digest(file: File): Promise<string> {
  const sha256 = await hasher;
  sha256.init();
  let next = file.slice(0, CHUNK).arrayBuffer();
  for (let from = 0; from < file.size; from += CHUNK) {
    const chunk = await next;
    if (from + CHUNK < file.size) next = file.slice(from + CHUNK, from + 2 * CHUNK).arrayBuffer();
    sha256.update(new Uint8Array(chunk));
  }
  return sha256.digest("hex");
}
