import { copies } from "@tintype/core/stripped";
import { noPorts } from "@tintype/test/ingest";
import { useSharedLibrary } from "@tintype/test/shared-link";
import { expect, it } from "vitest";
import { stripKind } from "./strip.ts";

const here = useSharedLibrary();

it("a copy is given up after a few failures, and waits while something is away", async () => {
  const row = await here().add(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), "a.jpg");
  const ports = { ...noPorts, image: { ...noPorts.image, plain: () => Promise.reject(new Error("a bug")) } };
  const { run } = stripKind(ports);
  for (const attempt of [1, 2, 3]) await expect(run(here().system, { assetId: row.id }, attempt)).rejects.toThrow("a bug");
  await run(here().system, { assetId: row.id }, 4);
  expect((await copies(here().guest, here().album, [row])).get(row.id)).toBeNull();
});
