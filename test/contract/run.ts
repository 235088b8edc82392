import { spawnSync } from "node:child_process";
import { STORE_NAMES } from "../support/stores.ts";

/** `npm run test:stores -- NAME`: what a store must do, on that one alone. Ceph takes too long for every day, so it runs only so. */
const SUITES = ["store.test", "store-copy.test", "store-setup.test", "probe.test", "storage-doc.test"];

const [name = "", ...more] = process.argv.slice(2);
if (!STORE_NAMES.includes(name)) throw new Error(`name one of ${STORE_NAMES.join(", ")}`);
const args = ["vitest", "run", "--config", "test/vitest.config.ts", "--project", "contract", ...SUITES, ...more];
const env = { ...process.env, TEST_STORE: name, REQUIRE_TOOLS: "1" };
process.exitCode = spawnSync("npx", args, { env, stdio: "inherit" }).status ?? 1;
