import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { readSettings as settingsOf, type Settings } from "../src/cli/deploy-setting.ts";

export { readEdge } from "../src/cli/deploy-setting.ts";
export type { Settings };

/** What whoever deploys has set, as SST has read it from the environment and the files .env. Throws as `tintype deploy check` tells. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const files = [".env", ".env.production"].map((name) => `${$cli.paths.root}/${name}`).filter((path) => existsSync(path));
  const production = Object.assign({}, ...files.map((path) => parseEnv(readFileSync(path, "utf8"))));
  return settingsOf({ env, production, stage: $app.stage });
}
