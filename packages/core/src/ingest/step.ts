import type { Ctx } from "#kernel";
import type { Done, Patch, Ports, Step, Subject } from "#media";

/** What the steps found, and the error that ended them early. */
export type Findings = { patch: Patch; done: Done; error?: Error };

/** The steps that are not done in their present version. */
export function due(steps: readonly Step[], done: Done): Step[] {
  return steps.filter((step) => done[step.name] !== step.version);
}

/** Runs steps in order, each on what the ones before it found. When one throws, what was found until then is kept. */
export async function runSteps(ctx: Ctx, ports: Ports, subject: Subject, steps: readonly Step[]): Promise<Findings> {
  const patch: Patch = {};
  const done: Record<string, number> = {};
  for (const step of steps) {
    try {
      Object.assign(patch, await step.run(ctx, ports, { ...subject, asset: { ...subject.asset, ...patch } }));
      done[step.name] = step.version;
    } catch (error) {
      return { patch, done, error: error instanceof Error ? error : new Error(`${step.name} failed`, { cause: error }) };
    }
  }
  return { patch, done };
}
