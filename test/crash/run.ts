import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setup as bundle } from "../support/bundle-build.ts";
import { crashHomelab } from "./homelab.ts";
import { crash } from "./laptop.ts";

const { values } = parseArgs({
  options: { shape: { type: "string", default: "laptop" }, cycles: { type: "string", default: "200" }, seed: { type: "string" } },
});
const print = (line: string): void => console.log(line);
const cycles = Number(values.cycles);
const isWhole = values.shape === "homelab" ? await homelab() : await laptop();
process.exitCode = isWhole ? 0 : 1;

async function homelab(): Promise<boolean> {
  bundle();
  const report = await crashHomelab({ cycles, print, ...(values.seed !== undefined && { seed: Number(values.seed) }) });
  console.log(report);
  return report.lost.length === 0;
}

async function laptop(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-crash-"));
  const report = await crash(join(dir, "Tintype"), cycles, print);
  console.log(report);
  if (report.lost.length > 0) console.log(`Kept for a look: ${dir}`);
  else await rm(dir, { recursive: true });
  return report.lost.length === 0;
}
