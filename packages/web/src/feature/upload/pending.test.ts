import { expect, it } from "vitest";
import { publish, snapshot, subscribe, type PendingTile } from "./pending.ts";

const tile: PendingTile = {
  key: "1",
  name: "a.jpg",
  kind: "photo",
  localAt: "2026-11-22T10:00:00",
  ratio: 1.5,
  previewUrl: null,
  state: "waiting",
  progress: 0,
  assetId: null,
  revision: null,
};

it("tells every subscriber of a change until it leaves, and keeps the snapshot stable between changes", () => {
  let calls = 0;
  const stop = subscribe(() => calls++);
  publish([tile]);
  expect(snapshot()).toEqual([tile]);
  expect(snapshot()).toBe(snapshot());
  stop();
  publish([]);
  expect(calls).toBe(1);
  expect(snapshot()).toEqual([]);
});
