import { describe, expect, it } from "vitest";
import { createGate } from "./gate.ts";

describe("a gate", () => {
  it("lets so many through at a time, and the others in the order in which they came", async () => {
    const gate = createGate(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const pass = async (number: number): Promise<void> => {
      await gate.enter();
      most = Math.max(most, ++inside);
      order.push(number);
      await new Promise(setImmediate);
      inside--;
      gate.leave();
    };
    await Promise.all([0, 1, 2, 3, 4, 5, 6].map(pass));
    expect([order, most, inside]).toEqual([[0, 1, 2, 3, 4, 5, 6], 2, 0]);
  });
});
