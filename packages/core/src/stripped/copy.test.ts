import type { Ctx } from "#kernel";
import { newId } from "#kernel";
import { useSharedLibrary } from "@tintype/test/shared-link";
import { expect, it } from "vitest";
import { copies } from "./copy.ts";

const here = useSharedLibrary();

it("a copy is nobody's who may not save", async () => {
  const row = await here().add(new Uint8Array([1]), "a.bin");
  const actor = { ...here().guest.actor, mayDownload: false } as Ctx["actor"];
  await expect(copies({ ...here().guest, actor }, here().album, [row])).rejects.toMatchObject({ code: "forbidden" });
  await expect(copies(here().guest, { ...here().album, albumId: newId() }, [row])).rejects.toMatchObject({ code: "not_found" });
});
