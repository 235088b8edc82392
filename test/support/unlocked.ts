import { session } from "@tintype/core/account/table";
import { eq } from "drizzle-orm";
import { browse, type Browser, jsonOf, ORIGIN, OWNER, type TestApi } from "./api.ts";

/** Signs somebody in; everybody in these tests has the owner's password. */
export async function signIn(browser: Browser, email: string): Promise<void> {
  const answer = await browser.send("POST", "/api/auth/sign-in/email", { email, password: OWNER.password });
  if (!answer.ok) throw new Error(`signing in as ${email} answered ${answer.status}: ${await answer.text()}`);
}

/** A browser of its own in which this person has just shown who they are; everybody here has the owner's password. */
export async function unlockedBrowser(api: TestApi, email: string): Promise<Browser> {
  const browser = browse(api.app, ORIGIN, "10.7.0.2");
  await signIn(browser, email);
  await unlock(api, browser);
  return browser;
}

/** Makes this a browser in which its person has just shown who they are. */
export async function unlock({ db }: TestApi, browser: Browser): Promise<void> {
  const { session: found } = await jsonOf(browser.get("/api/auth/get-session"));
  await db
    .update(session)
    .set({ unlockedUntil: new Date("2100-01-01") })
    .where(eq(session.id, found.id));
}
