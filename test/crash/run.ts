import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crash } from "./laptop.ts";

const { values } = parseArgs({ options: { cycles: { type: "string", default: "200" } } });
const dir = await mkdtemp(join(tmpdir(), "tintype-crash-"));
const report = await crash(join(dir, "Tintype"), Number(values.cycles), (line) => console.log(line));
console.log(report);
if (report.lost.length > 0) console.log(`Kept for a look: ${dir}`);
else await rm(dir, { recursive: true });
process.exitCode = report.lost.length > 0 ? 1 : 0;
