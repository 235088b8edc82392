import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Disk, openDisk } from "./disk.ts";
import { LockedError, lockFolder } from "./lock.ts";

const HOLDER = fileURLToPath(new URL("../../../../test/support/lock-holder.ts", import.meta.url));

/** As it is, and as on a Linux without flock(1). */
const WAYS = [
  { way: "file", env: {} },
  ...(process.platform === "linux" ? [{ way: "abstract socket alone", env: { PATH: "/nowhere" } }] : []),
];

let programs: string;
let holder: string;

/** One file of plain JavaScript starts in a tenth of the time, and it is started for each that contends. */
beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), "tintype-lock-"));
  holder = join(programs, "holder.mjs");
  await build({ entryPoints: [HOLDER], outfile: holder, bundle: true, platform: "node", format: "esm", logLevel: "error" });
});
afterAll(() => rmSync(programs, { recursive: true }));

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
    const child = spawn(process.execPath, [holder, folder], {
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

/** Not even this process, which then is nobody's, may write where its modes forbid it. */
describe.runIf(process.platform !== "win32")("the root of the buckets, which is somebody else's", () => {
  const NOBODY = 65_534;
  const isRoot = process.geteuid?.() === 0;
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "tintype-lock-"));
    for (const name of ["bucket", ".s3"]) mkdirSync(join(root, name));
    if (isRoot) for (const name of ["", "bucket", ".s3"]) chownSync(join(root, name), NOBODY, NOBODY);
  });
  afterEach(() => {
    if (isRoot) process.seteuid?.(0);
    chmodSync(root, 0o755);
    rmSync(root, { recursive: true });
  });

  const open = async (state: string): Promise<Disk> =>
    openDisk({ root, state: join(root, state), onOutside: async () => undefined, trouble: () => undefined, notice: () => undefined });

  it("is opened where it may not be written to, and nothing is put there", async () => {
    chmodSync(root, 0o555);
    if (isRoot) process.seteuid?.(NOBODY);
    const disk = await open(".s3");
    expect(readdirSync(root).toSorted()).toEqual([".s3", "bucket"]);
    if (process.platform === "linux") await expect(open("bucket")).rejects.toMatchObject({ pid: undefined, name: "LockedError" });
    await disk.close();
  });

  it("is opened where an earlier server of another user has left its lock", async () => {
    for (const name of [".s3.lock", ".s3.lock.json"]) writeFileSync(join(root, name), "{}", { mode: isRoot ? 0o600 : 0 });
    if (isRoot) process.seteuid?.(NOBODY);
    await expect((await open(".s3")).close()).resolves.toBeUndefined();
  });

  it("is not opened with a state folder that cannot be locked", async () => {
    writeFileSync(join(root, ".s3", "lock"), "", { mode: isRoot ? 0o600 : 0 });
    if (isRoot) process.seteuid?.(NOBODY);
    await expect(open(".s3")).rejects.toThrow("EACCES");
    await (await open("another")).close();
  });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
