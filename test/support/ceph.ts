import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./postgres.ts";

const run = promisify(execFile);

/** What Debian's packages `radosgw ceph-mon ceph-osd ceph-common` bring. */
export const CEPH_TOOLS = ["ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin"];

/** The rights of each part of a cluster. */
const CAPS = {
  "mon.": { mon: "allow *" },
  "client.admin": { mon: "allow *", osd: "allow *" },
  "client.rgw.a": { mon: "allow rw", osd: "allow rwx" },
  "osd.0": { mon: "allow profile osd", osd: "allow *" },
};

/** A Ceph of one monitor and one disk in memory, with its S3 gateway, whose only user has this key. As root; ready in about 15 s. */
export async function startCeph(key: {
  accessKeyId: string;
  secretAccessKey: string;
}): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-ceph-"));
  const running: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of running.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(dir, { recursive: true, force: true });
  };
  const begin = (program: string, ...args: string[]): void => {
    running.push(spawn(program, ["-f", "-c", join(dir, "ceph.conf"), ...args], { stdio: "ignore" }));
  };
  const call = async (program: string, ...args: string[]): Promise<string> =>
    (await run(program, ["-c", join(dir, "ceph.conf"), ...args], { timeout: 60_000 })).stdout;
  try {
    const port = await freePort();
    await configure(dir, port);
    await call("ceph-mon", "--mkfs", "-i", "a", "--monmap", join(dir, "monmap"), "--keyring", join(dir, "keyring"));
    begin("ceph-mon", "-i", "a");
    await call("ceph", "auth", "import", "-i", join(dir, "keyring"));
    const disk = crypto.randomUUID();
    await call("ceph", "osd", "new", disk);
    await call("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
    begin("ceph-osd", "-i", "0");
    for (let tries = 0; !(await call("ceph", "osd", "stat")).includes("1 up"); tries++) {
      if (tries === 100) throw new Error("Ceph's disk does not come up");
      await sleep(300);
    }
    const user = ["--uid=tintype", "--display-name=tintype", `--access-key=${key.accessKeyId}`, `--secret=${key.secretAccessKey}`];
    await call("radosgw-admin", "-n", "client.admin", "user", "create", ...user);
    begin("radosgw", "-n", "client.rgw.a");
    return { endpoint: `http://127.0.0.1:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes its settings, the keys of its parts, and the map with which its only monitor begins. */
async function configure(dir: string, port: number): Promise<void> {
  const [id, monitor, older] = [crypto.randomUUID(), await freePort(), await freePort()];
  const addresses = `[v2:127.0.0.1:${monitor},v1:127.0.0.1:${older}]`;
  const keyring = join(dir, "keyring");
  for (const folder of ["mon", "osd", "run"]) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, "ceph.conf"), settings({ dir, id, addresses, port }));
  await run("ceph-authtool", ["--create-keyring", keyring]);
  for (const [name, caps] of Object.entries(CAPS)) {
    const allowed = Object.entries(caps).flatMap(([part, may]) => ["--cap", part, may]);
    await run("ceph-authtool", [keyring, "--gen-key", "-n", name, ...allowed]);
  }
  await run("monmaptool", ["--create", "--fsid", id, "--addv", "a", addresses, join(dir, "monmap")]);
}

function settings({ dir, id, addresses, port }: { dir: string; id: string; addresses: string; port: number }): string {
  return `[global]
fsid = ${id}
mon host = ${addresses}
mon initial members = a
keyring = ${dir}/keyring
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = ${dir}/run
admin socket = ${dir}/run/$name.asok
log file = ${dir}/run/$name.log
pid file = ${dir}/run/$name.pid
mon data = ${dir}/mon
osd data = ${dir}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd crush update on start = true
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
`;
}
