import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { DEPLOY, inOrder, interpolate, parseCompose, readCompose, readEnvExample } from "./support/compose.ts";
import { findTool } from "./support/s3-process.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STORES = ["minio", "versitygw", "rustfs", "seaweedfs", "garage", "external"];
const envOf = (STORE: string) => readEnvExample({ STORE });

describe("deploy/compose.yaml", () => {
  it.each(STORES)("starts with the profile %s, each service after those that it waits for", (store) => {
    const env = envOf(store);
    const order = inOrder(readCompose(env), [env["COMPOSE_PROFILES"] ?? ""]);
    const own = { minio: ["minio", "minio-user"], versitygw: ["versitygw", "versitygw-user"], external: [] }[store] ?? [store];
    expect(order.toSorted()).toEqual(["secrets", "postgres", ...own, "tintype"].toSorted());
    expect(order.indexOf("secrets")).toBe(0);
    expect(order.at(-1)).toBe("tintype");
  });

  it.each(Object.entries(readCompose(envOf("minio"))))("locks %s up", (name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"], user: "1000:1000" });
    expect(Object.keys(service)).not.toContain("privileged");
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/u);
    // Ours is built; of everybody else's the version is named.
    if (service.image !== "tintype") expect(service.image).toMatch(/^[\w./-]+:(?:v|RELEASE\.)?\d[\w.-]*\d[\w.-]*$/u);
    const secret = Object.keys(service.environment).filter((variable) => /PASSWORD|SECRET_|TOKEN|ACCESS_KEY/u.test(variable));
    expect(secret.filter((variable) => !variable.endsWith("_FILE"))).toEqual([]);
    if (!/^(?:secrets|.*-user)$/u.test(name)) expect(service.healthcheck).toBeDefined();
  });

  it("mounts nothing but its own folders and scripts, and secrets only to be read", () => {
    for (const [name, { volumes }] of Object.entries(readCompose(envOf("minio")))) {
      for (const volume of volumes) {
        const [from = "", , mode] = volume.split(":");
        expect(from).toMatch(/^\.\/(?:(?:data|secrets)(?:\/|$)|[\w-]+\.sh$)/u);
        if (from.endsWith(".sh")) expect(existsSync(join(DEPLOY, from))).toBe(true);
        if (name !== "secrets" && !from.startsWith("./data")) expect(mode).toBe("ro");
      }
    }
  });

  it.each(STORES.slice(0, -1))("shows the services of %s the secrets of that store, and of no other", (store) => {
    for (const [name, { volumes }] of Object.entries(readCompose(envOf(store)))) {
      if (name !== store && name !== `${store}-user`) continue;
      const secrets = volumes.map((volume) => volume.split(":")[0]).filter((from) => from?.startsWith("./secrets"));
      expect(secrets).toEqual([`./secrets/store/${store}`, ...(name === store ? [] : [`./secrets/app/${store}`])]);
    }
  });

  it("gives no program a secret as an argument, but for versitygw, which takes it in no other way", () => {
    const texts = ["minio-user.sh", "versitygw-user.sh", "with-secrets.sh", "../docs/homelab.md"].map((path) =>
      readFileSync(join(DEPLOY, path), "utf8"),
    );
    const lines = texts.flatMap((text) => text.replaceAll("\\\n", " ").split("\n"));
    const told = lines.filter((line) =>
      /^\s*(?:mc|rclone|aws|versitygw)\s.*(?:secret-access-key|root-password|root-secret-key)/u.test(line),
    );
    expect(told.map((line) => line.trim().split(" --access")[0])).toEqual(["versitygw admin create-user"]);
  });

  it("goes to the store that STORE names, with the key for that store", () => {
    expect(readCompose(envOf("versitygw"))["tintype"]?.environment).toMatchObject({
      S3_ENDPOINT: "http://versitygw:9000",
      S3_ACCESS_KEY_ID_FILE: "/secrets/versitygw/access-key-id",
    });
    const external = readCompose({ ...envOf("external"), S3_ENDPOINT: "https://s3.example.com" });
    expect(external["tintype"]?.environment["S3_ENDPOINT"]).toBe("https://s3.example.com");
  });

  it.each(["PUBLIC_URL", "S3_PUBLIC_ENDPOINT", "STORE"])("does not start without %s", (name) => {
    expect(() => readCompose({ ...envOf("minio"), [name]: "" })).toThrow(`${name} set it in .env`);
  });
});

describe("the reader of compose files", () => {
  it.each([
    ["${A}-$$-${B:-x${A}}", "1-$-x1"],
    ["${A:-2}${B}", "1"],
  ])("fills %s as compose does", (text, filled) => {
    expect(interpolate(text, { A: "1" })).toBe(filled);
  });

  it.each([
    ["${A", "an open ${"],
    ["$A", "a lone $"],
    ["${A+B}", "is not understood"],
  ])("refuses %s", (text, message) => {
    expect(() => interpolate(text, { A: "1" })).toThrow(message);
  });

  it("refuses services that wait for each other, or for one that never starts", () => {
    const service = (name: string, other: string, profile = "") =>
      `  ${name}: { image: x, profiles: [${profile}], depends_on: { ${other}: { condition: service_healthy } } }\n`;
    expect(() => inOrder(parseCompose(`services:\n${service("a", "b")}${service("b", "a")}`, {}), [])).toThrow("a waits for b waits for a");
    expect(() => inOrder(parseCompose(`services:\n${service("a", "b")}${service("b", "a", "off")}`, {}), [])).toThrow("a needs b");
  });
});

const composeSpec = findTool("compose-spec");
if (composeSpec === undefined) {
  const notice = "compose-spec is not installed (.ci/run does it)";
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: compose.yaml is not checked against the specification`);
}

/** compose-go, the parser that docker compose itself uses, from its own little program. */
describe.skipIf(composeSpec === undefined)("the parser of docker compose", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "tintype-compose-"));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const check = (file: string): string => {
    try {
      return execFileSync(composeSpec ?? "", ["-no-interpolation", "-format", "json", file], { cwd: dir, encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      return String(Reflect.get(error as object, "stderr"));
    }
  };

  it("takes deploy/compose.yaml as it is written", () => {
    cpSync(DEPLOY, dir, { recursive: true });
    const model = JSON.parse(check("compose.yaml")) as { services: Record<string, { read_only: boolean }> };
    expect(Object.keys(model.services).toSorted()).toEqual(Object.keys(readCompose(envOf("minio"))).toSorted());
    expect(Object.values(model.services).every((service) => service.read_only)).toBe(true);
  });

  it.each(STORES)("takes it with the settings of %s filled in", (store) => {
    writeFileSync(join(dir, "filled.yaml"), stringify({ services: readCompose(envOf(store)) }));
    expect(check("filled.yaml")).toMatch(/^\{/u);
  });

  it("refuses what the specification does not have", () => {
    const text = readFileSync(`${DEPLOY}compose.yaml`, "utf8");
    writeFileSync(join(dir, "wrong.yaml"), text.replace("read_only: true", "readonly: true"));
    expect(check("wrong.yaml")).toMatch(/services\.[\w-]+\.readonly/u);
    writeFileSync(join(dir, "wrong.yaml"), text.replace("minio: { condition: service_healthy }", "minioo: { condition: service_healthy }"));
    expect(check("wrong.yaml")).toContain("minioo");
  });
});

describe("deploy/Dockerfile", () => {
  const text = readFileSync(`${DEPLOY}Dockerfile`, "utf8");
  const lint = (dockerfile: string) => validate(dockerfile, { instructionCasing: 2 }).map(({ message }) => message);

  it("passes the linter, which would see a fault", () => {
    expect(lint(text)).toEqual([]);
    expect(lint(text.replace("WORKDIR /app", "WORKDIRR /app"))).toEqual(["Unknown instruction: WORKDIRR"]);
    expect(lint(text.replace("--start-period", "--starts"))).not.toEqual([]);
  });

  it("is of one pinned Node, the one that is developed with, and does not run as root", () => {
    const dockerfile = DockerfileParser.parse(text);
    const images = dockerfile.getFROMs().map((from) => from.getImage());
    const version = readFileSync(join(ROOT, ".nvmrc"), "utf8").trim();
    expect(new Set(images)).toEqual(new Set([`node:${version.replace(/^v/u, "")}-bookworm-slim`]));
    const users = dockerfile.getInstructions().filter((instruction) => instruction.getInstruction() === "USER");
    expect(users.map((user) => user.getArgumentsContent())).toEqual(["node"]);
  });

  it("copies only what is in the repository and not kept out of the builder", () => {
    const ignored = readFileSync(`${DEPLOY}Dockerfile.dockerignore`, "utf8").split("\n");
    for (const copy of DockerfileParser.parse(text).getCOPYs()) {
      if (copy.getFromFlag() !== null) continue;
      const sources = copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue());
      const isIn = (source: string) => ignored.some((line) => line === `!${source}` || source.startsWith(`${line.slice(1)}/`));
      expect(sources.filter((source) => !existsSync(join(ROOT, source)) || !isIn(source))).toEqual([]);
    }
  });

  it("is healthy when compose says so too", () => {
    const [check] = DockerfileParser.parse(text).getHEALTHCHECKs();
    const command = readCompose(envOf("minio"))["tintype"]?.healthcheck?.test.slice(1);
    expect(check?.getArgumentsContent()).toContain(JSON.stringify(command).replaceAll('","', '", "'));
  });
});
