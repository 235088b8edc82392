import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LockedError, lockFolder } from "./lock.ts";

const HOLDER = fileURLToPath(new URL("../../../../test/support/lock-holder.ts", import.meta.url));

/** As it is, and as on a Linux without flock(1). */
const WAYS = [
  { way: "file", env: {} },
  ...(process.platform === "linux" ? [{ way: "abstract socket alone", env: { PATH: "/nowhere" } }] : []),
];

describe.each(WAYS)("the lock of a folder, by $way", { timeout: 60_000 }, ({ env }) => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tintype-lock-"));
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(kill));
    rmSync(folder, { recursive: true });
  });

  /** Another process that tries to take the lock; resolves with what it says. */
  const contend = async (): Promise<{ child: ChildProcess; said: string }> => {
    const child = spawn(process.execPath, ["--import", "tsx", HOLDER, folder], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [said] = await once(createInterface(child.stdout), "line");
    return { child, said: String(said) };
  };

  it("is given to one of many that ask at the same time, and the others are told whose it is", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, contend));
    const held = answers.filter(({ said }) => said === "held");
    expect(held).toHaveLength(1);
    const { said } = await contend();
    expect(said).toBe(
      `LockedError: Another process (pid ${held[0]?.child.pid}) already uses the folder ${folder}. Stop it first, or choose another folder.`,
    );
  });

  it("is free at once when its process is killed, or stopped in a way that it cannot notice", async () => {
    for (let cycle = 0; cycle < 3; cycle++) {
      const { child, said } = await contend();
      expect(said).toBe("held");
      await kill(child);
    }
  });

  it.runIf(process.platform === "linux")("is known to processes of both ways", async () => {
    const { child } = await contend();
    await expect(lockFolder(folder)).rejects.toThrow(`pid ${child.pid}`);
    await kill(child);
    const lock = await lockFolder(folder);
    expect((await contend()).said).toContain(`pid ${process.pid}`);
    await lock.release();
  });

  it("stays taken while its process is suspended", async () => {
    const { child } = await contend();
    child.kill("SIGSTOP");
    expect((await contend()).said).toContain(`pid ${child.pid}`);
    child.kill("SIGCONT");
  });
});

describe("the lock within one process", () => {
  it("is exclusive too, and can be taken again after its release", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tintype-lock-"));
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(LockedError);
    await expect(lockFolder(folder)).rejects.toMatchObject({ pid: process.pid });
    await lock.release();
    await (await lockFolder(folder)).release();
    rmSync(folder, { recursive: true });
  });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
