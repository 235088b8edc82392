import { z } from "@hono/zod-openapi";

/** The options of a WebAuthn ceremony, as JSON (WebAuthn level 3, section 5.1). */
export const Ceremony = z.looseObject({ challenge: z.string() }).openapi("Ceremony");

const base64url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/u, "must be base64url");

/** What `navigator.credentials.create` gave, as JSON. */
export const Attestation = z
  .looseObject({
    id: base64url,
    rawId: base64url,
    type: z.literal("public-key"),
    response: z.looseObject({
      clientDataJSON: base64url,
      attestationObject: base64url,
      transports: z.array(z.string().max(50)).max(10).optional(),
    }),
    clientExtensionResults: z.record(z.string(), z.unknown()),
  })
  .openapi("Attestation");

/** What `navigator.credentials.get` gave, as JSON. */
export const Assertion = z
  .looseObject({
    id: base64url,
    rawId: base64url,
    type: z.literal("public-key"),
    response: z.looseObject({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url }),
    clientExtensionResults: z.record(z.string(), z.unknown()),
  })
  .openapi("Assertion");
