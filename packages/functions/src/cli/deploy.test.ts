import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deploy } from "./deploy.ts";

const PINNED = "4.17.1";
/** All that AWS and Neon need, of somebody who has set it in the environment; the keys look as such keys do. */
const ENOUGH = {
  AWS_ACCESS_KEY_ID: "ASIAY34FZKBOKMUTVV7A",
  AWS_SECRET_ACCESS_KEY: "no/secret+".repeat(4),
  AWS_SESSION_TOKEN: "the-token-of-the-session",
  AWS_REGION: "eu-central-1",
  NEON_API_KEY: `napi_${"nokey".repeat(13)}`,
};
const ON_CLOUDFLARE = {
  ...ENOUGH,
  TINTYPE_EDGE: "cloudflare",
  TINTYPE_DOMAIN: "photos.example.org",
  CLOUDFLARE_API_TOKEN: "no-token".repeat(5),
  CLOUDFLARE_DEFAULT_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
};

describe("tintype deploy check", () => {
  let home = "";
  let root = "";
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const run = async (env: Record<string, string>, ...args: string[]) => {
    const lines: string[] = [];
    const settings = () => {
      throw new Error("nothing of a running Tintype is needed");
    };
    const code = await deploy({ env, home, root }).run({ args: ["check", ...args], settings, print: (line) => void lines.push(line) });
    const line = (name: string): string => lines.find((known) => known.slice(2).startsWith(`${name}: `)) ?? "";
    return { code, text: lines.join("\n"), line, last: lines.at(-1) };
  };
  /** All files below a folder and what is in them. */
  const filesOf = async (folder: string) => {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Promise.all(paths.toSorted().map(async (path) => [path, await readFile(path, "utf8")]));
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "tintype-home-"));
    root = join(home, "tintype");
    await put(join(root, "package.json"), JSON.stringify({ devDependencies: { sst: PINNED } }));
    for (const name of ["sst", `sst-${process.platform}-${process.arch}`]) {
      await put(join(root, `node_modules/${name}/package.json`), JSON.stringify({ version: PINNED }));
    }
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it("finds nothing missing where all is set, names the account and the region, and what comes next", async () => {
    const { code, line, text } = await run(ENOUGH);
    expect(code).toBe(0);
    expect(text.split("\n").slice(-3)).toEqual([
      "Nothing is missing that can be seen from here. Then, all but the last only once for this stage:",
      "  npx sst secret set AlarmEmail you@example.org --stage production",
      "  npm run deploy -- --stage production",
    ]);
    expect(line("AWS credentials")).toBe("✓ AWS credentials: from the environment, for the account 609629065308");
    expect(line("AWS region")).toBe("✓ AWS region: eu-central-1, Europe (Frankfurt)");
    expect((await run(ON_CLOUDFLARE)).code).toBe(0);
  });

  it("says of a machine with nothing what is missing, each with what to do", async () => {
    await rm(join(root, "node_modules"), { recursive: true });
    const { code, line, last } = await run({});
    expect([code, last]).toEqual([1, "Missing: SST, AWS credentials, AWS region, Neon API key."]);
    expect(line("SST")).toBe("✗ SST: It is not installed for this system. Run: npm ci");
    expect(line("AWS credentials")).toContain("aws configure sso");
    expect(line("AWS region")).toContain("Set AWS_REGION");
    expect(line("Neon API key")).toContain("set NEON_API_KEY");
    expect(line("AlarmEmail")).toContain("npx sst secret set AlarmEmail");
  });

  it("names every secret that infra/ reads before the deployment, but for one that the environment has", async () => {
    const infra = new URL("../../infra/", import.meta.url);
    const sources = await Promise.all((await readdir(infra)).map((name) => readFile(new URL(name, infra), "utf8")));
    const secrets = sources.flatMap((source) =>
      [...source.matchAll(/new sst\.Secret\("(?<name>\w+)"/gu)].map(({ groups }) => groups?.["name"]),
    );
    const { text } = await run(ENOUGH, "--stage", "try");
    const steps = text.split("\n").filter((line) => line.startsWith("  "));
    expect(steps.map((step) => /secret set (?<name>\w+) .* --stage try$/u.exec(step)?.groups?.["name"])).toEqual([...secrets, undefined]);
    expect((await run({ ...ENOUGH, SST_SECRET_AlarmEmail: "anna@example.org" })).text).toMatch(/Then:\n {2}npm run deploy/u);
  });

  it.each(Object.keys(ON_CLOUDFLARE).filter((name) => name !== "TINTYPE_EDGE"))("misses %s for Cloudflare", async (name) => {
    const { code } = await run(Object.fromEntries(Object.entries(ON_CLOUDFLARE).filter(([known]) => known !== name)));
    expect(code).toBe(1);
  });

  it("tells what else may be set, what is so without it, and refuses what no deployment would take", async () => {
    const names = ["TINTYPE_INGEST_CONCURRENCY", "TINTYPE_COLD_AFTER_DAYS", "TINTYPE_BUDGET_USD"];
    const unset = await run(ENOUGH);
    expect(names.map((name) => unset.line(name))).toEqual([
      expect.stringContaining("5 functions take in photos at once"),
      expect.stringContaining("the standard class"),
      expect.stringContaining("20 USD a month"),
    ]);
    const set = await run({ ...ENOUGH, TINTYPE_INGEST_CONCURRENCY: "40", TINTYPE_COLD_AFTER_DAYS: "0", TINTYPE_BUDGET_USD: "5" });
    expect([set.code, ...names.map((name) => set.line(name).slice(0, 1))]).toEqual([0, "✓", "✓", "✓"]);
    const wrong = await run({ ...ENOUGH, TINTYPE_INGEST_CONCURRENCY: "1", TINTYPE_COLD_AFTER_DAYS: "-1", TINTYPE_BUDGET_USD: "0" });
    expect([wrong.code, wrong.last]).toEqual([1, `Not right: ${names.join(", ")}.`]);
    expect(wrong.line("TINTYPE_INGEST_CONCURRENCY")).toBe('✗ TINTYPE_INGEST_CONCURRENCY: It is "1". It is a whole number, 2 to 1000.');
  });

  it("tells the whole of Neon's free plan, and every right of the token", async () => {
    const { line } = await run(ON_CLOUDFLARE);
    expect(line("Neon")).toContain("400 hours a month at the smallest size");
    expect(line("Neon")).toContain("suspends the database");
    expect(line("Cloudflare API token")).toContain("Zone (Read)");
  });

  it("tells no secret", async () => {
    const { text } = await run({ ...ON_CLOUDFLARE, SST_SECRET_AlarmEmail: "anna@example.org" });
    for (const secret of ["no/secret", "the-token-of-the-session", "nokey", "no-token", "anna@example.org", "ASIAY34FZKBOKMUTVV7A"]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain("✓ AlarmEmail: SST_SECRET_AlarmEmail is set");
  });

  it.each([
    [
      "keys in the file of credentials",
      "credentials",
      `[anna]\naws_access_key_id = ASIAQNZGKIQY56JQ7WML\naws_secret_access_key=${ENOUGH.AWS_SECRET_ACCESS_KEY}\naws_session_token=x\n`,
      "029608264753",
    ],
    [
      "a single sign-on",
      "config",
      "[default]\nregion = us-east-1\n\n[profile anna]\nsso_session = home\nsso_account_id = 111122223333\n",
      "111122223333",
    ],
    [
      "a role by way of another profile",
      "config",
      `[profile anna]\nrole_arn = arn:aws:iam::444455556666:role/deploy\nsource_profile = base\n[profile base]\naws_access_key_id = AKIAQNZGKIQY56JQ7WML\naws_secret_access_key = ${ENOUGH.AWS_SECRET_ACCESS_KEY}\n`,
      "444455556666",
    ],
  ])("knows the account of %s", async (_, file, text, account) => {
    await put(join(home, ".aws", file), text);
    const { line } = await run({ AWS_PROFILE: "anna", AWS_REGION: "eu-west-1" });
    expect(line("AWS credentials")).toBe(`✓ AWS credentials: from the profile anna, for the account ${account}`);
  });

  it("takes the default profile with its region, and misses a profile that has no credentials", async () => {
    await put(
      join(home, ".aws/config"),
      "[default]\nregion = eu-north-1\ncredential_process = /bin/keys\n[profile empty]\noutput = json\n",
    );
    const { line } = await run({});
    expect(line("AWS credentials")).toBe(
      "✓ AWS credentials: from the profile default, which account they are for cannot be seen from here",
    );
    expect(line("AWS region")).toBe("✓ AWS region: eu-north-1, Europe (Stockholm)");
    for (const name of ["empty", "gone"]) {
      expect((await run({ AWS_PROFILE: name })).line("AWS credentials")).toContain(`~/.aws has no credentials of that name`);
    }
  });

  it("reads the files .env that SST reads, those of the stage alone for it", async () => {
    await put(join(root, ".env"), `NEON_API_KEY=${ENOUGH.NEON_API_KEY}\nAWS_REGION=eu-west-2\n`);
    await put(join(root, ".env.anna"), "TINTYPE_DOMAIN=anna.example.org\n");
    const here = await run({}, "--stage", "anna");
    expect([here.line("AWS region"), here.line("Neon API key")]).toEqual([
      "✓ AWS region: eu-west-2, Europe (London)",
      "✓ Neon API key: NEON_API_KEY is set",
    ]);
    expect(here.line("Domain")).toContain("✓ Domain: anna.example.org");
    expect(here.line("Stage")).toContain("photos and all");
    expect((await run({})).line("Domain")).toContain("is not set");
  });

  it.each([
    ["a colon", "A=1\nTINTYPE_BUDGET_USD: 30\n", "Line 2 is no assignment"],
    ["words", "A=1\r\nexport B=2\r\nof the family\r\n", "Line 3 is no assignment"],
    ["a line after a value over three", 'A="1\n2\n3"\nB\n', "Line 4 is no assignment"],
    ["the mark that some editors write", "\uFEFFTINTYPE_EDGE=aws\n", "Save it as UTF-8 without it"],
  ])("does not pass over %s in .env", async (_, text, why) => {
    await put(join(root, ".env"), text);
    const { code, line } = await run(ENOUGH);
    expect([code, line(".env")]).toEqual([1, expect.stringContaining(why)]);
    expect(line("\uFEFFTINTYPE_EDGE")).toBe("");
  });

  it("takes what is a file of settings, with remarks, empty lines and values over several", async () => {
    await put(join(root, ".env"), `# ours\n\nexport A=1\r\n  B = 'it''s'\nC="one\ntwo: # three\n" # and\nD=\n`);
    expect(await run(ENOUGH)).toMatchObject({ code: 0 });
  });

  it.each(["Production", "PRODUCTION"])("does not take %s for production, nor for a stage of another name", async (stage) => {
    const { code, line } = await run(ENOUGH, "--stage", stage);
    expect([code, line("Stage")]).toEqual([1, expect.stringContaining("which is not protected")]);
  });

  it.each([
    ["Domain", { TINTYPE_DOMAIN: "photos" }, "no dot"],
    ["Domain", { TINTYPE_DOMAIN: "me.workers.dev" }, "Cloudflare's"],
    ["AWS region", { AWS_REGION: "Frankfurt" }, "no region of AWS"],
    ["AWS region", { AWS_REGION: "eu-central-9" }, "none of the regions"],
    ["AWS region", { AWS_DEFAULT_REGION: "us-east-1" }, 'AWS_REGION is "eu-central-1" and AWS_DEFAULT_REGION is "us-east-1"'],
    ["Edge", { TINTYPE_EDGE: "azure" }, "aws or cloudflare"],
    ["Cloudflare account", { ...ON_CLOUDFLARE, CLOUDFLARE_DEFAULT_ACCOUNT_ID: "mine" }, "no account of Cloudflare's"],
    ["AWS credentials", { AWS_ACCESS_KEY_ID: "foo" }, "AWS_ACCESS_KEY_ID holds the place of a key"],
    ["AWS credentials", { AWS_SECRET_ACCESS_KEY: "cut-off" }, "AWS_SECRET_ACCESS_KEY has 7 characters, too few"],
    ["Neon API key", { NEON_API_KEY: "your-key" }, "NEON_API_KEY holds the place of a key"],
    ["Cloudflare API token", { ...ON_CLOUDFLARE, CLOUDFLARE_API_TOKEN: "<token>" }, "CLOUDFLARE_API_TOKEN holds the place"],
    ["AWS_ENDPOINT_URL", { AWS_ENDPOINT_URL: "https://0.r2.cloudflarestorage.com" }, "unset AWS_ENDPOINT_URL"],
    ["AWS_ENDPOINT_URL_S3", { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9000" }, "unset AWS_ENDPOINT_URL_S3"],
    ["TINTYPE_DOMIAN", { TINTYPE_DOMIAN: "photos.example.org" }, "looks like TINTYPE_DOMAIN"],
    ["TINTYPE_BUDGET_USD", { TINTYPE_BUDGET_USD: "1000000000" }, "1 to 100000"],
    ["TINTYPE_COLD_AFTER_DAYS", { ...ON_CLOUDFLARE, TINTYPE_COLD_AFTER_DAYS: "90" }, "R2, which has no Glacier"],
  ])("refuses a %s that is none: %o", async (name, env, why) => {
    const { code, line, last } = await run({ ...ENOUGH, ...env });
    expect([code, line(name).slice(0, 1), last]).toEqual([1, "✗", `Not right: ${name}.`]);
    expect(line(name)).toContain(why);
  });

  it("says that a temporary key lacks its third part", async () => {
    const { code, line, last } = await run({ ...ENOUGH, AWS_SESSION_TOKEN: "" });
    expect([code, last]).toEqual([1, "Missing: AWS credentials."]);
    expect(line("AWS credentials")).toContain("AWS_SESSION_TOKEN is not set");
  });

  it("takes a key that looks like no known one, and says so", async () => {
    const { code, line } = await run({ ...ENOUGH, NEON_API_KEY: "N".padEnd(50, "eon") });
    expect([code, line("Neon API key")]).toEqual([0, expect.stringContaining("– Neon API key: NEON_API_KEY looks unlike")]);
  });

  it("says what the profile has that is not used, or that would send a deployment elsewhere", async () => {
    await put(join(home, ".aws/config"), "[default]\nregion = us-east-1\n");
    expect((await run(ENOUGH)).line("AWS region")).toContain("✓ AWS region: eu-central-1, Europe (Frankfurt). The profile has us-east-1");
    await put(join(home, ".aws/config"), "[default]\nendpoint_url = http://127.0.0.1:9000\n");
    const { code, last } = await run(ENOUGH);
    expect([code, last]).toEqual([1, "Not right: endpoint_url."]);
  });

  it("tells of a variable that is called like a setting and is near none", async () => {
    const { code, line } = await run({ ...ENOUGH, TINTYPE_WALLPAPER: "sea", TINTYPE_HOME: "/srv" });
    expect([code, line("TINTYPE_WALLPAPER")]).toEqual([0, "– TINTYPE_WALLPAPER: It is no setting, and nothing reads it."]);
    expect(line("TINTYPE_HOME")).toBe("");
  });

  it("refuses for a trial the domain that the files give to production, until either has its own or none", async () => {
    const domain = async (env: object) => (await run({ ...ENOUGH, ...env }, "--stage", "try")).line("Domain");
    await put(join(root, ".env"), "TINTYPE_DOMAIN=photos.example.org\n");
    expect((await run(ENOUGH)).line("Domain")).toContain("✓ Domain: photos.example.org");
    expect(await domain({})).toContain(
      '✗ Domain: TINTYPE_DOMAIN is "photos.example.org", which the files .env give to the stage production',
    );
    expect(await domain({ TINTYPE_DOMAIN: "" })).toContain("is not set");
    expect(await domain({ TINTYPE_DOMAIN: "try.example.org" })).toContain("✓ Domain: try.example.org");
    await put(join(root, ".env.production"), "TINTYPE_DOMAIN=pictures.example.org\n");
    expect(await domain({})).toContain("✓ Domain: photos.example.org");
  });

  it("refuses another SST than the pinned one, one without its program, and a stage that is no name", async () => {
    await put(join(root, "node_modules/sst/package.json"), JSON.stringify({ version: "4.16.0" }));
    expect((await run(ENOUGH)).line("SST")).toContain("It is not installed for this system");
    await put(join(root, `node_modules/sst-${process.platform}-${process.arch}/package.json`), JSON.stringify({ version: "4.16.0" }));
    expect((await run(ENOUGH)).line("SST")).toContain("4.16.0 is installed, and 4.17.1 is the one that fits");
    expect((await run(ENOUGH, "--stage", "my stage")).line("Stage")).toContain("✗");
  });

  it("says that an account is malformed, and not that it is missing", async () => {
    const { line } = await run({ ...ON_CLOUDFLARE, CLOUDFLARE_DEFAULT_ACCOUNT_ID: "0123456789ABCDEF0123456789ABCDEF" });
    expect(line("Cloudflare account")).toContain('"0123456789ABCDEF0123456789ABCDEF" is no account of Cloudflare\'s.');
    expect((await run({ ...ENOUGH, TINTYPE_EDGE: "cloudflare" })).line("Cloudflare account")).toContain("It is missing.");
  });

  it("tells the quotas of what is to be deployed", async () => {
    const small = (await run(ENOUGH)).line("Lambda");
    expect(small).toContain("in eu-central-1.");
    expect((await run({ ...ENOUGH, TINTYPE_INGEST_CONCURRENCY: "40" })).line("Lambda")).toContain("Up to 43 functions run at once");
    expect((await run({ ...ENOUGH, TINTYPE_INGEST_CONCURRENCY: "none" })).line("Lambda")).toBe(small);
    expect((await run(ENOUGH)).line("Workers")).toBe("");
    expect((await run(ON_CLOUDFLARE)).line("Workers")).toContain("100,000 requests a day");
    expect((await run(ENOUGH, "--stage", "try")).line("Neon")).toContain("The stage try is one project");
  });

  it("changes no file and makes none", async () => {
    await put(join(home, ".aws/config"), "[default]\nregion = eu-north-1\n");
    const before = await filesOf(home);
    await run(ENOUGH);
    expect(await filesOf(home)).toEqual(before);
  });

  it("is called with the word check", async () => {
    await expect(deploy({ env: {}, home, root }).run({ args: [], settings: () => expect.fail(), print: () => undefined })).rejects.toThrow(
      "tintype deploy check",
    );
  });
});
