import { describe, expect, it } from "vitest";
import { rememberFor, within } from "./time.ts";

describe("what is remembered for a while", () => {
  it("is asked for once, also by several at once, and again afterwards", async () => {
    let [time, asked] = [0, 0];
    const answer = rememberFor(
      100,
      async () => ++asked,
      () => time,
    );
    expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
    time = 99;
    expect(await answer()).toBe(1);
    time = 100;
    expect(await answer()).toBe(2);
  });

  it("is asked for again at once when it failed", async () => {
    let asked = 0;
    const answer = rememberFor(100, () => (++asked === 1 ? Promise.reject(new Error("away")) : Promise.resolve(asked)));
    await expect(answer()).rejects.toThrow("away");
    expect(await answer()).toBe(2);
  });
});

describe("what is waited for so long and no longer", () => {
  it("is what comes in time, or undefined, or what it throws", async () => {
    expect(await within(10_000, Promise.resolve(1))).toBe(1);
    expect(await within(1, new Promise(() => undefined))).toBeUndefined();
    await expect(within(10_000, Promise.reject(new Error("away")))).rejects.toThrow("away");
  });
});
