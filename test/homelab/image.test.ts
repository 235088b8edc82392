import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Copy, DockerfileParser } from "dockerfile-ast";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient, setUp } from "../support/client.ts";
import { DEPLOY } from "../support/compose.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { startProgram } from "../support/program.ts";
import { hasHomelab } from "../support/tools.ts";

/** Files of the corpus that one child or thread of ours each must read. */
const CORPUS = [
  ["heic/pug.heic", "image/heic"],
  ["video/rotate-buck-bunny.mp4", "video/mp4"],
] as const;
const TINTYPE = (image: string) => join(image, "usr/local/bin/tintype");
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Does what deploy/Dockerfile says, without containers: each stage is a folder that stands for /app, into which COPY copies what git knows, and
 * where RUN runs with the Node of this machine. Gives the folder of the last stage, beside whose `app` stands what was copied elsewhere.
 */
function buildImage(root: string): string {
  // A test runner's own settings would build something else.
  const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE_|VITEST|TEST|npm_)/u.test(name)));
  const stages = new Map<string, string>();
  let stage = "";
  for (const instruction of DockerfileParser.parse(readFileSync(`${DEPLOY}Dockerfile`, "utf8")).getInstructions()) {
    const words = (instruction.getArgumentsContent() ?? "").split(/\s+/u);
    const [first = "", ...rest] = words.filter((word) => !word.startsWith("--"));
    switch (instruction.getKeyword()) {
      case "FROM": {
        const name = rest[1] ?? "image";
        stage = join(root, name);
        stages.set(name, stage);
        mkdirSync(join(stage, "app"), { recursive: true });
        break;
      }
      case "COPY": {
        const to = rest.at(-1) ?? "";
        const from = instruction instanceof Copy ? (instruction.getFromFlag()?.getValue() ?? undefined) : undefined;
        for (const source of [first, ...rest.slice(0, -1)]) copy(from === undefined ? ROOT : (stages.get(from) ?? ""), source, stage, to);
        break;
      }
      case "RUN":
        execFileSync("sh", ["-euc", words.join(" ")], { cwd: join(stage, "app"), env: bare, stdio: "pipe" });
        break;
      default:
    }
  }
  return stage;
}

/** `to` ends with a slash where it is the folder for what is copied. */
function copy(from: string, source: string, stage: string, to: string): void {
  const target = to.startsWith("/") ? join(stage, to) : join(stage, "app", to);
  const path = /\/$|^\.$/u.test(to) ? join(target, basename(source)) : target;
  if (from !== ROOT) return cpSync(join(from, source), path, { recursive: true });
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", source], {
    cwd: ROOT,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((each) => each !== "" && existsSync(join(ROOT, each)))) {
    cpSync(join(ROOT, file), path + file.slice(source.length), { recursive: true });
  }
}

describe.skipIf(!hasHomelab)("what deploy/Dockerfile makes", { timeout: 300_000 }, () => {
  let root: string;
  let image: string;
  let homelab: Homelab;
  beforeAll(async () => {
    // Far from the repository, whose node_modules would be found.
    root = mkdtempSync(join(tmpdir(), "tintype-image-"));
    image = buildImage(root);
    homelab = await startHomelab();
  }, 300_000);
  afterAll(async () => {
    await homelab?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it("holds the program and sharp, and nothing else of node_modules", () => {
    expect(readdirSync(join(image, "app/node_modules")).toSorted()).toEqual(["@img", "detect-libc", "semver", "sharp"]);
    expect(readdirSync(join(image, "app")).toSorted()).toEqual(["LICENSE", "NOTICE", "node_modules", "packages"]);
    expect(statSync(TINTYPE(image)).mode & 0o111).toBe(0o111);
  });

  it("serves: a photo, a HEIC and a video are read and shown, each by the child that it needs", async () => {
    const program = await startProgram({
      ...homelab.options({ TINTYPE_HOME: join(image, "app") }),
      home: join(image, "app"),
      command: [TINTYPE(image), "serve"],
    });
    try {
      const client = createClient(program.url, await setUp(program.url, program.token ?? ""));
      const jpeg = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#336699" } })
        .jpeg()
        .toBuffer();
      const files = [
        { name: "Sea.jpg", bytes: jpeg },
        ...(hasCorpus ? CORPUS : []).map(([path, type]) => ({ name: basename(path), type, bytes: readFileSync(corpus(path)) })),
      ];
      const sent = await Promise.all(files.map((file) => client.upload(file)));
      const settled = await client.settled(
        sent.map((each) => (each.status === "sent" ? each.uploadId : "")),
        60_000,
      );
      expect(settled.map(({ state, safe }) => ({ state, safe }))).toEqual(files.map(() => ({ state: "committed", safe: true })));
      expect((await fetch(program.url)).headers.get("content-type")).toContain("text/html");
    } finally {
      expect(await program.stop()).toBe(0);
    }
  });

  it("has the command line", () => {
    const env = { PATH: process.env["PATH"] ?? "", TINTYPE_HOME: join(image, "app") };
    expect(execFileSync(TINTYPE(image), ["--help"], { env, encoding: "utf8" })).toContain("secrets");
  });
});
