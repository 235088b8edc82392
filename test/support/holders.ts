import { shareLink } from "@tintype/core/share/table";
import { eq } from "drizzle-orm";
import { browse, type Browser, jsonOf, ORIGIN, type TestApi } from "./api.ts";
import type { Holder, Principal } from "./rules.ts";

const PASSWORD = "open sesame";

export type Holders = { browsers: Record<Holder, Browser>; tokens: Record<Holder, string> };

/** The link that somebody asks with: their own, or else the one of which they do not know the password. */
export function tokenOf(principal: Principal, tokens: Holders["tokens"]): string {
  // Guarantee: whoever is named among the tokens holds that one.
  return principal in tokens ? tokens[principal as Holder] : tokens.pending;
}

/** Those who hold the links of an album, each in a browser of their own; its owner makes the links by the API. */
export async function openHolders({ app, db }: TestApi, owner: Browser, albumId: string): Promise<Holders> {
  const make = async (options: object = {}): Promise<{ id: string; token: string }> => {
    const { id, url } = await jsonOf(owner.send("POST", "/api/links", { albumId, allowUpload: true, ...options }));
    return { id, token: url.split("/").at(-1) };
  };
  const [open, guarded, expired, revoked] = [await make(), await make({ password: PASSWORD }), await make(), await make()];
  const past = new Date(Date.now() - 1000);
  await db.update(shareLink).set({ expiresAt: past }).where(eq(shareLink.id, expired.id));
  await owner.send("DELETE", `/api/links/${revoked.id}`);
  const at = (i: number): Browser => browse(app, ORIGIN, `10.9.9.${i}`);
  const browsers = { link: at(1), pending: at(2), wrong: at(3), right: at(4), expired: at(5), revoked: at(6) };
  await browsers.wrong.send("POST", `/s/${guarded.token}/unlock`, { password: "another word" });
  const opened = await browsers.right.send("POST", `/s/${guarded.token}/unlock`, { password: PASSWORD });
  if (!opened.ok) throw new Error(`the password is answered ${opened.status}: ${await opened.text()}`);
  const tokens = {
    link: open.token,
    pending: guarded.token,
    wrong: guarded.token,
    right: guarded.token,
    expired: expired.token,
    revoked: revoked.token,
  };
  return { browsers, tokens };
}
