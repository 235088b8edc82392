import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import { describe, expect, it } from "vitest";
import { type Command, runCommand } from "./command.ts";

const greet: Command = {
  name: "greet",
  summary: "Greet somebody",
  usage: "greet NAME [--loud]",
  async run({ args, print }) {
    const { values, positionals } = parseArgs({ args: [...args], options: { loud: { type: "boolean" } }, allowPositionals: true });
    const [name] = positionals;
    if (name === undefined) throw new AppError("invalid", "NAME is missing.");
    if (name === "nobody") throw new AppError("not_found", "nobody is not here.");
    if (name === "sqlstate") throw Object.assign(new Error('database "x" does not exist'), { code: positionals[1] });
    if (name === "bug") throw new TypeError("of ours");
    print(values.loud === true ? `HELLO ${name}` : `hello ${name}`);
    return name === "twice" ? 1 : 0;
  },
};

const none = () => {
  throw new Error("no command here needs settings");
};

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await runCommand([greet], args, { out: (text) => void (out += text), err: (text) => void (err += text), settings: none });
  return { code, out, err };
}

describe("the command line", () => {
  it("runs the command that it names, with the arguments after it, and ends as that says", async () => {
    expect(await run("greet", "Anna", "--loud")).toEqual({ code: 0, out: "HELLO Anna\n", err: "" });
    expect(await run("greet", "twice")).toMatchObject({ code: 1, out: "hello twice\n" });
  });

  it("lists the commands when asked, and when it is told none", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("  greet  Greet somebody\n") });
    expect(await run()).toMatchObject({ code: 2, out: expect.stringContaining("greet") });
  });

  it("tells how a command is called, and does not run it", async () => {
    expect(await run("greet", "bug", "--help")).toEqual({
      code: 0,
      out: "Greet somebody\n\nUsage: tintype greet NAME [--loud]\n",
      err: "",
    });
  });

  it.each([
    [["gret"], 2, `tintype: there is no command "gret". "tintype --help" lists them.\n`],
    [["greet", "--soft"], 2, `tintype greet: Unknown option '--soft'.\n`],
    [["greet", "Anna", "--loud=very"], 2, "tintype greet: Option '--loud' does not take an argument.\n"],
    [["greet"], 2, "tintype greet: NAME is missing.\n"],
    [["greet", "nobody"], 1, "tintype greet: nobody is not here.\n"],
    [["greet", "sqlstate", "3D000"], 1, 'tintype greet: Postgres refuses: database "x" does not exist. Check DATABASE_URL.\n'],
    [["greet", "sqlstate", "42P01"], 1, "tintype greet: This database knows nothing of Tintype yet: start it once.\n"],
  ])("says in one line what is wrong with %j", async (args, code, err) => {
    expect(await run(...args)).toEqual({ code, out: "", err });
  });

  it("lets a bug be seen as one", async () => {
    await expect(run("greet", "bug")).rejects.toThrow("of ours");
  });
});
