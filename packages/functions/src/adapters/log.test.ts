import { AppError } from "@tintype/core/kernel";
import { describe, expect, it } from "vitest";
import { createLog, type LogOptions } from "./log.ts";

function logged(act: (log: ReturnType<typeof createLog>) => void, options: Partial<LogOptions> = {}): string[] {
  const lines: string[] = [];
  act(createLog({ write: (line) => lines.push(line), now: () => new Date(0), ...options }));
  return lines;
}

describe("the log", () => {
  it("writes one JSON line an event, with the fields of its parents", () => {
    const [line] = logged((log) => log.with({ request: "r1" }).info("answered", { status: 200 }));
    expect(JSON.parse(line ?? "")).toEqual({
      time: "1970-01-01T00:00:00.000Z",
      level: "info",
      event: "answered",
      request: "r1",
      status: 200,
    });
  });

  it("leaves out what is below its level", () => {
    expect(logged((log) => log.debug("detail"))).toEqual([]);
    expect(logged((log) => log.debug("detail"), { level: "debug" })).toHaveLength(1);
  });

  it("never holds a secret or the query of a signed URL, however deep", () => {
    const url = "http://127.0.0.1:3001/photos/a.jpg?X-Amz-Credential=AK&X-Amz-Signature=5ec2e7";
    const cause = new Error(`PUT ${url} failed`);
    const [line = ""] = logged((log) =>
      log.error("failed", {
        error: new AppError("storage_unavailable", "no", { cause }),
        headers: { cookie: "5ec2e7" },
        authSecret: "5ec2e7",
        url,
      }),
    );
    expect(line).not.toContain("5ec2e7");
    expect(line).toContain("http://127.0.0.1:3001/photos/a.jpg?[signed]");
  });

  it("lets no field take the place of time, level or event", () => {
    const [line = ""] = logged((log) => log.info("real", { event: "forged", level: "debug", time: "never" }));
    expect(JSON.parse(line)).toEqual({ time: "1970-01-01T00:00:00.000Z", level: "info", event: "real" });
  });

  it("tells the code of an error", () => {
    const [line = ""] = logged((log) => log.error("failed", { error: new AppError("storage_full", "The store is full.") }));
    expect(JSON.parse(line)).toMatchObject({ error: { name: "AppError", code: "storage_full", message: "The store is full." } });
  });

  it("survives circles, bytes and big numbers", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const [line = ""] = logged((log) => log.warn("odd", { circle, bytes: new Uint8Array(3), big: 1n }));
    expect(JSON.parse(line)).toMatchObject({ bytes: "[3 bytes]", big: "1" });
  });
});
