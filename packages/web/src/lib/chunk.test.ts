import { expect, it, vi } from "vitest";
import { createChunk } from "./chunk.ts";

it("says that the server cannot be reached when a chunk does not come, and asks for it again the next time", async () => {
  const importIt = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValue("viewer");
  const chunk = createChunk(importIt);
  expect(chunk.state.get()).toEqual({ state: "absent" });
  await expect(chunk.load()).rejects.toMatchObject({ status: 0, message: expect.stringContaining("Tintype cannot be reached") });
  expect(chunk.state.get()).toEqual({ state: "failed" });
  expect(await Promise.all([chunk.load(), chunk.load()])).toEqual(["viewer", "viewer"]);
  expect(chunk.state.get()).toEqual({ state: "here", value: "viewer" });
  expect(importIt).toHaveBeenCalledTimes(2);
});
