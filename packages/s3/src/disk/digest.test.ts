import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { digestOf } from "../checksum.ts";
import { createDigester } from "./digest.ts";

it("a thread that ends fails the bodies it was given, and no later one", async () => {
  const lost = createDigester(["md5"], 1, 1);
  // Longer than the block is: the thread throws.
  await expect(lost.block(new ArrayBuffer(8), 16)).rejects.toThrow(RangeError);
  await expect(lost.digest()).rejects.toThrow(RangeError);
  lost.drop();
  const body = randomBytes(1000);
  const next = createDigester(["md5"], 1, 1);
  await next.block(new Uint8Array(body).buffer, body.length);
  expect((await next.digest()).get("md5")).toEqual(digestOf("md5", body));
});
