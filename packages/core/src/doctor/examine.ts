import { allow, type Ctx } from "#kernel";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import type { Observations } from "./observation.ts";

/** What the server sees of itself and its store. */
export type Observe = () => Promise<Omit<Observations, "browser">>;

/** Looks at everything, together with what the browser of the owner has seen, and tells the causes. */
export async function examine(ctx: Ctx, observe: Observe, browser: NonNullable<Observations["browser"]>): Promise<Diagnosis> {
  allow(ctx, "admin.write");
  return diagnose({ ...(await observe()), browser });
}
