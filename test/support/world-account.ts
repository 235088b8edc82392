import { apikey, invite, passkey, session, user } from "@tintype/core/account/table";
import { type Ctx, newId, newSecret, type Scope } from "@tintype/core/kernel";
import { eq } from "drizzle-orm";
import { browse, type Browser, jsonOf, ORIGIN, OWNER, type TestApi } from "./api.ts";
import { unlockedBrowser } from "./unlocked.ts";
import { type Key, KEYS } from "./rules.ts";
import type { Things } from "./world.ts";

/** Programs with an API key each: this person's, but for `admin`, which only the owner of the installation can give. */
export async function openKeys(api: TestApi, person: Browser): Promise<Record<Key, Browser>> {
  const owner = await unlockedBrowser(api, OWNER.email);
  const made = KEYS.map(async ({ name, scopes }) => [name, await program(api, name === "key admin" ? owner : person, scopes)] as const);
  // Guarantee: one for each key.
  return Object.fromEntries(await Promise.all(made)) as Record<Key, Browser>;
}

let programs = 0;

/** A program with an API key of this person, who has just shown who they are. */
export async function program(api: TestApi, person: Browser, scopes: readonly Scope[]): Promise<Browser> {
  const { key } = await jsonOf(person.send("POST", "/api/keys", { name: scopes.join(), scopes }));
  const client = browse(api.app, ORIGIN, `10.9.8.${(programs++ % 250) + 1}`);
  const authorization = `Bearer ${key}`;
  const browser: Browser = {
    get: (path) => client.get(path, { authorization }),
    send: (method, path, body) => client.send(method, path, body, { authorization }),
    cookie: () => "",
    copy: () => browser,
  };
  return browser;
}

/** A browser that this person left signed in, a passkey and a key of theirs. */
export async function makeAccount({ db }: Ctx, id: string): Promise<Things["account"]> {
  const [sessionId, passkeyId, keyId] = [newId(), newId(), newId()];
  await db.insert(session).values({ id: sessionId, token: sessionId, userId: id, expiresAt: new Date(Date.now() + 86_400_000) });
  const made = { publicKey: "AA", credentialID: passkeyId, counter: 0, deviceType: "singleDevice", backedUp: false };
  await db.insert(passkey).values({ id: passkeyId, userId: id, name: "Phone", ...made });
  await db.insert(apikey).values({ id: keyId, key: keyId, name: "backup", referenceId: id, permissions: '{"tintype":["upload"]}' });
  return { id, sessionId, passkeyId, keyId };
}

/** An open invitation of the owner's. */
export async function makeInvite({ db }: Ctx): Promise<Things["invite"]> {
  const [owner] = await db.select({ id: user.id }).from(user).where(eq(user.role, "owner"));
  const [id, { token, sha256 }] = [newId(), newSecret()];
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(invite).values({ id, tokenSha256: sha256, name: "Guest", createdBy: owner?.id ?? "", expiresAt });
  return { id, token };
}
