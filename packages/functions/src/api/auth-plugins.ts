import { apiKey } from "@better-auth/api-key";
import { passkey } from "@better-auth/passkey";
import { user } from "@tintype/core/account/table";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Deps } from "./deps.ts";

/** The code of the refusal to sign in somebody who is shut out. */
export const DISABLED = "ACCOUNT_DISABLED";

/** What of better-auth is not in its core: passkeys for pages of these origins, keys, and signing in whoever has just been given an account. */
export function plugins(host: string, origins: string[]) {
  return [
    passkey({
      rpID: host,
      rpName: "Tintype",
      origin: origins,
      // It stands for the password, so it must be more than something that one has.
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      registration: { afterVerification: ({ verification }) => mustKnow(verification.registrationInfo?.userVerified) },
      authentication: { afterVerification: ({ verification }) => mustKnow(verification.authenticationInfo.userVerified) },
      advanced: { webAuthnChallengeCookie: "passkey" },
    }),
    // It makes keys; who has one is looked up by `Credential.bearerOf`: the plugin writes twice a request, and takes an outage for a wrong key.
    apiKey({
      defaultPrefix: "tt_",
      maximumNameLength: 100,
      startingCharactersConfig: { charactersLength: 8 },
      keyExpiration: { maxExpiresIn: 3660 },
      rateLimit: { enabled: false },
    }),
    { id: "tintype", endpoints: { signInAs } },
  ];
}

/** Signs somebody in without asking who they are. It has no address: only we ourselves call it. */
const signInAs = createAuthEndpoint.serverOnly({ method: "POST", body: z.object({ userId: z.string() }) }, async (c) => {
  const { internalAdapter } = c.context;
  const session = await internalAdapter.createSession(c.body.userId);
  const person = await internalAdapter.findUserById(c.body.userId);
  if (!person) throw new APIError("INTERNAL_SERVER_ERROR", { message: "There is nobody with this id" });
  await setSessionCookie(c, { session, user: person });
  return c.json({ id: session.id });
});

function mustKnow(isVerified: boolean | undefined): void {
  if (isVerified === true) return;
  const message = "This device did not ask who you are. Set a PIN, a fingerprint or a face on it and try again";
  throw new APIError("BAD_REQUEST", { message, code: "NOT_VERIFIED" });
}

/** Lets nobody sign in who is shut out, in whichever way. */
export function enabledOnly({ db }: Pick<Deps, "db">) {
  return async ({ userId }: { userId: string }): Promise<void> => {
    const [found] = await db.select({ disabledAt: user.disabledAt }).from(user).where(eq(user.id, userId));
    if (!found?.disabledAt) return;
    throw new APIError("FORBIDDEN", { code: DISABLED, message: "This account is shut out. Ask whoever runs this Tintype" });
  };
}
