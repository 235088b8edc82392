import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useEvaluator } from "./evaluated.ts";
import type { Deployment } from "./graph.ts";
import { PLATFORM } from "./platform.ts";
import { AWS, type Change, AWS_DEV, AWS_DOMAIN, AWS_PARIS, AWS_SET, CLOUDFLARE, CLOUDFLARE_DEV, LET_GO } from "./property/property.ts";
import { asText, differ, tell } from "./told.ts";
import { UNASKED } from "./unasked.ts";

/** Where it stands what is deployed: all of it for the stage `production`, and of the others what is another there. */
const FOLDER = new URL("graph/", import.meta.url).pathname;
const [AWS_OFF, CLOUDFLARE_OFF] = LET_GO;
const FILES = [
  { name: "aws", on: AWS },
  { name: "aws-domain", on: AWS_DOMAIN, than: AWS },
  { name: "aws-paris", on: AWS_PARIS, than: AWS },
  { name: "aws-settings", on: AWS_SET, than: AWS },
  { name: "aws-stage", on: AWS_DEV, than: AWS },
  { name: "aws-unprotected", on: AWS_OFF ?? AWS, than: AWS },
  { name: "cloudflare", on: CLOUDFLARE },
  { name: "cloudflare-stage", on: CLOUDFLARE_DEV, than: CLOUDFLARE },
  { name: "cloudflare-unprotected", on: CLOUDFLARE_OFF ?? CLOUDFLARE, than: CLOUDFLARE },
];

/**
 * What is asked for is read by whoever changes it, and by whoever reviews that: a property tells why it is so, and these files tell all of it. They
 * are written by `npm run test:cloud -- whole --update`.
 */
describe.skipIf(PLATFORM === undefined)("all that `sst deploy` asks for", () => {
  const evaluate = useEvaluator();
  const told = async (on: Deployment, changes: readonly Change[] = []) => tell(await evaluate(on, changes), on.stage);
  const known = new Map<Deployment, ReturnType<typeof told>>();
  /** Evaluated once for all that are compared with it. */
  const toldOnce = (on: Deployment) => {
    const blocks = known.get(on) ?? told(on);
    known.set(on, blocks);
    return blocks;
  };

  it.each(FILES)("is what the file $name says", async ({ name, on, than }) => {
    const all = await toldOnce(on);
    await expect(asText(than ? differ(await toldOnce(than), all) : all)).toMatchFileSnapshot(`${FOLDER}${name}.txt`);
  });

  it("is told by no other file", () => {
    const files = FILES.map(({ name }) => `${name}.txt`);
    expect(readdirSync(FOLDER).filter((file) => !files.includes(file))).toEqual([]);
  });

  it.each(UNASKED)("shows $what", async ({ on, change, shows }) => {
    expect(asText(differ(await toldOnce(on), await told(on, [change])))).toContain(shows);
  });
});
