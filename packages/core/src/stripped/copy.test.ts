import { newId } from "#kernel";
import { useSharedLibrary } from "@tintype/test/shared-link";
import { expect, it } from "vitest";
import { copies } from "./copy.ts";

const here = useSharedLibrary();

it("a copy is nobody's who does not see the album", async () => {
  const row = await here().add(new Uint8Array([1]), "a.bin");
  await expect(copies({ ...here().guest, actor: { kind: "anonymous" } }, here().album, [row])).rejects.toMatchObject({
    code: "unauthenticated",
  });
  await expect(copies(here().guest, { ...here().album, albumId: newId() }, [row])).rejects.toMatchObject({ code: "not_found" });
});
