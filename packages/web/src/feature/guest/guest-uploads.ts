import type { PlanAnswer, UploadStatus } from "../../lib/api.ts";
import type { Ports } from "../../upload/run.ts";
import type { Link } from "./link.ts";

type Parts = Awaited<ReturnType<Ports["api"]["parts"]>>;

/** The uploader's requests, as a guest makes them through a link under the name that they gave. */
export function guestUploads(link: Link, nameOf: () => string): Ports["api"] {
  return {
    async plan(files) {
      const guestName = nameOf();
      const body = guestName === "" ? { files } : { files, guestName };
      return (await link.read<{ files: PlanAnswer[] }>(link.send("uploads", body))).files;
    },
    parts: async (id, from, to) => (await link.read<{ parts: Parts }>(link.send(`uploads/${id}/parts`, { from, to }))).parts,
    complete: async (id, parts) => void (await link.send(`uploads/${id}/complete`, parts ? { parts } : {})),
    statuses: async (ids) => (await link.read<{ uploads: UploadStatus[] }>(link.send("uploads/status", { ids }))).uploads,
    abort: async (id) => void (await link.remove(`uploads/${id}`)),
  };
}
