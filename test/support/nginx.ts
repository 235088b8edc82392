import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Debian has it where only root's PATH leads. */
const NGINX = "/usr/sbin/nginx";

/** Whether nginx is there: elsewhere what needs it is skipped, but with `REQUIRE_TOOLS=1` this throws. */
export const hasNginx = existsSync(NGINX);

if (!hasNginx) {
  const notice = "nginx is not installed (.ci/run does it)";
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: nothing is tested behind it`);
}

/** Runs nginx with these server blocks, as an ordinary process, until `stop`; it listens on `port` among others. */
export async function startNginx(port: number, servers: string): Promise<{ stop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-nginx-"));
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(dir, name)};`);
  const path = join(dir, "nginx.conf");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  writeFileSync(
    path,
    `${user} worker_processes 1; daemon off; pid ${join(dir, "pid")}; error_log stderr; events {} http { access_log off; ${folders.join(" ")} ${servers} }`,
  );
  const child = spawn(NGINX, ["-c", path, "-p", dir, "-e", "stderr"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (data: Buffer) => void (said = (said + data.toString()).slice(-4000)));
  for (let tries = 0; !(await isListening(port)); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`nginx did not come up: ${said}`);
    await sleep(50);
  }
  return {
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  const found = await Promise.race([once(socket, "connect").then(() => true), once(socket, "close").then(() => false)]).catch(() => false);
  socket.destroy();
  return found;
}
