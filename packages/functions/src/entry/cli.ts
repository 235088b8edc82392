import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { readNodeSettings } from "../adapters/settings-node.ts";
import { backup } from "../cli/backup.ts";
import { runCommand } from "../cli/command.ts";
import { deploy } from "../cli/deploy.ts";
import { device } from "../cli/device.ts";
import { doctor } from "../cli/doctor.ts";
import { metrics } from "../cli/metrics.ts";
import { policy } from "../cli/policy.ts";
import { restore } from "../cli/restore.ts";
import { secrets } from "../cli/secrets.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const machine = { env: process.env, home: homedir(), root: fileURLToPath(new URL("../../../..", import.meta.url)) };

process.exitCode = await runCommand([backup, deploy(machine), device, doctor, metrics, policy, restore, secrets], process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  settings: () => readNodeSettings(process.env),
});
