import { z } from "@hono/zod-openapi";
import { PASSWORD_LENGTH } from "@tintype/core/account";
import { PlainText } from "./schema.ts";

export const Person = z
  .object({ id: z.string(), name: z.string(), email: z.string(), handle: z.string(), role: z.enum(["owner", "member"]) })
  .openapi("Person");

export const PersonName = PlainText(100);

export const Email = z.email("must be an e-mail address").max(254, "must have at most 254 characters");

export const Password = z
  .string()
  .min(PASSWORD_LENGTH.min, `must have at least ${PASSWORD_LENGTH.min} characters`)
  .max(PASSWORD_LENGTH.max, `must have at most ${PASSWORD_LENGTH.max} characters`);
