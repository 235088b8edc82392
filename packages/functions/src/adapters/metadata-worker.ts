import { parentPort } from "node:worker_threads";
import ExifReader from "exifreader";
import { NO_TAGS, tagsOf } from "./metadata-tags.ts";

/** Reads the tags of one file after the other. Whatever the reader objects to means that there are none. */
function serve(port: NonNullable<typeof parentPort>): void {
  port.on("message", (bytes: Uint8Array<ArrayBuffer>) => {
    void ExifReader.load(bytes.buffer, { expanded: true, async: true }).then(
      (found) => port.postMessage(tagsOf(found)),
      () => port.postMessage(NO_TAGS),
    );
  });
  port.postMessage("ready");
}

if (parentPort) serve(parentPort);
