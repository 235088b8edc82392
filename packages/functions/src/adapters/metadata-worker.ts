import { parentPort } from "node:worker_threads";
import type { Tags } from "@tintype/core/media";
import ExifReader from "exifreader";
import { NO_TAGS, tagsOf } from "./metadata-tags.ts";

/** Whatever the reader objects to means that there are no tags. */
async function read(bytes: Uint8Array<ArrayBuffer>): Promise<Tags> {
  try {
    return tagsOf(await ExifReader.load(bytes.buffer, { expanded: true, async: true }));
  } catch {
    return NO_TAGS;
  }
}

function serve(port: NonNullable<typeof parentPort>): void {
  port.on("message", (bytes: Uint8Array<ArrayBuffer>) => {
    void read(bytes).then((tags) => port.postMessage(tags));
  });
  port.postMessage("ready");
}

if (parentPort) serve(parentPort);
