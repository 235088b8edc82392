import type { PlanAnswer, PlanFile, UploadStatus } from "../../lib/api.ts";
import { Problem } from "../../lib/http.ts";
import type { Ports } from "../../upload/run.ts";
import type { Link } from "./link.ts";

type Way = Pick<Link, "send" | "read" | "remove" | "open">;

/** The uploader's requests, as a guest makes them through a link under the name that they gave. */
export function guestUploads(link: Way, nameOf: () => string): Ports["api"] {
  async function ask(files: PlanFile[]): Promise<PlanAnswer[]> {
    const guestName = nameOf();
    const body = guestName === "" ? { files } : { files, guestName };
    return (await link.read<{ files: PlanAnswer[] }>(link.send("uploads", body))).files;
  }

  /** The server takes all of it or nothing: where there is no room for all, what fits of it is asked for, and the rest refused. */
  async function plan(files: PlanFile[]): Promise<PlanAnswer[]> {
    try {
      return files.length === 0 ? [] : await ask(files);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "over_quota") throw error;
      const refused: PlanAnswer = {
        status: "refused",
        code: error.code,
        detail: "There is no room for this any more. Ask whoever sent the link.",
      };
      const { left } = await link.open();
      const fits = fitting(files, left ?? { bytes: 0, count: 0 });
      if (fits.size < files.length) {
        const answers = await plan(files.filter((file) => fits.has(file)));
        return files.map((file) => (fits.has(file) ? answers.shift() : undefined) ?? refused);
      }
      // The link has room, but whoever made it has not: how much, nobody says.
      const half = Math.ceil(files.length / 2);
      return files.length === 1 ? [refused] : [...(await plan(files.slice(0, half))), ...(await plan(files.slice(half)))];
    }
  }

  return {
    plan,
    // Guests' files go in one piece each, whatever their size.
    parts: () => Promise.reject(new Error("A guest's file has no parts.")),
    complete: async (id) => void (await link.send(`uploads/${id}/complete`, {})),
    statuses: async (ids) => (await link.read<{ uploads: UploadStatus[] }>(link.send("uploads/status", { ids }))).uploads,
    abort: async (id) => void (await link.remove(`uploads/${id}`)),
  };
}

/** The files, one after the other, for which there is room. */
function fitting(files: readonly PlanFile[], room: { bytes: number; count: number }): Set<PlanFile> {
  const fits = new Set<PlanFile>();
  let { bytes } = room;
  for (const file of files) {
    if (fits.size >= room.count || file.size > bytes) continue;
    bytes -= file.size;
    fits.add(file);
  }
  return fits;
}
