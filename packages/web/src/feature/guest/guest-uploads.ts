import type { PlanAnswer, UploadStatus } from "../../lib/api.ts";
import type { Ports } from "../../upload/run.ts";
import type { Link } from "./link.ts";

/** The uploader's requests, as a guest makes them through a link under the name that they gave. */
export function guestUploads(link: Link, nameOf: () => string): Ports["api"] {
  return {
    async plan(files) {
      const guestName = nameOf();
      const body = guestName === "" ? { files } : { files, guestName };
      return (await link.read<{ files: PlanAnswer[] }>(link.send("uploads", body))).files;
    },
    // Guests' files go in one piece each, whatever their size.
    parts: () => Promise.reject(new Error("A guest's file has no parts.")),
    complete: async (id) => void (await link.send(`uploads/${id}/complete`, {})),
    statuses: async (ids) => (await link.read<{ uploads: UploadStatus[] }>(link.send("uploads/status", { ids }))).uploads,
    abort: async (id) => void (await link.remove(`uploads/${id}`)),
  };
}
