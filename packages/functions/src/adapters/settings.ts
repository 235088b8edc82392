import { AppError } from "@tintype/core/kernel";
import type { z } from "zod";

/** The environment as a process has it. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What `schema` makes of the variables, an empty one taken for an absent one. Throws AppError `invalid` with one line for each at fault. */
export function parseEnv<T extends z.ZodType>(schema: T, env: Variables): z.output<T> {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "")));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new AppError("invalid", ["Settings that cannot be used:", ...new Set(faults)].join("\n    "));
}
