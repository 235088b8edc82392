import { accountApi } from "../../lib/account-api.ts";
import { api, type Me } from "../../lib/api.ts";
import { actFor, Problem, whenUnauthenticated } from "../../lib/http.ts";
import { answerByPasskey } from "../../lib/passkey.ts";
import { memory } from "../../lib/memory.ts";
import { createStore } from "../../lib/store.ts";
import { clearToasts } from "../../ui/toast.tsx";

/**
 * `ended` = a session that was good is over, which deserves another sentence than never having signed in. `another` = somebody else has
 * signed in than the page belongs to: it is about to begin anew.
 */
export type Session =
  | { status: "loading" }
  | { status: "in"; me: Me }
  | { status: "out"; ended: boolean; setupNeeded: boolean }
  | { status: "another" }
  | { status: "failed"; message: string };

export const session = createStore<Session>({ status: "loading" });

/** Remembers that someone was signed in here, so that the next visit paints the app while the session is still being checked. */
const HINT = "tintype.signed-in";
export const wasSignedIn = (): boolean => memory.getItem(HINT) !== null;

/** Whom the page belongs to: all that is in it, and all that it does, is theirs. */
let person: string | undefined;

whenUnauthenticated(() => {
  if (session.get().status !== "in") return;
  clearToasts();
  session.set({ status: "out", ended: true, setupNeeded: false });
});

/** Asks who is signed in, and where nobody is, whether the service still has to be set up. */
export async function loadSession(): Promise<void> {
  try {
    // Whoever is likely to be signed in is spared the first question.
    if (!wasSignedIn() && !(await api.hasSession())) {
      await signedOut();
      return;
    }
    enter(await api.whoIsIn());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) {
      await signedOut();
      return;
    }
    session.set({ status: "failed", message: error.message });
  }
}

function enter(me: Me): void {
  memory.setItem(HINT, "1");
  person ??= me.user.id;
  if (person !== me.user.id) {
    session.set({ status: "another" });
    location.reload();
    return;
  }
  actFor(person);
  session.set({ status: "in", me });
}

/** The counts of the rail are brought up to date at most this often. */
const COUNT_MS = 2_000;
let counting: ReturnType<typeof setTimeout> | undefined;
let countedAt = -Infinity;

/** Brings the counts of the rail up to date, soon; keeps the old ones where that fails. May be called for every photo. */
export function refreshLibrary(): void {
  counting ??= setTimeout(() => void countLibrary(), Math.max(0, countedAt + COUNT_MS - performance.now()));
}

async function countLibrary(): Promise<void> {
  counting = undefined;
  countedAt = performance.now();
  try {
    const me = await api.me();
    if (session.get().status === "in") session.set({ status: "in", me });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  await api.signIn({ email, password });
  await loadSession();
}

export async function signInByPasskey(): Promise<void> {
  await accountApi.signInByPasskey(await answerByPasskey(await accountApi.challenge()));
  await loadSession();
}

export async function signOut(): Promise<void> {
  await api.signOut();
  memory.removeItem(HINT);
  clearToasts();
  session.set({ status: "out", ended: false, setupNeeded: false });
}

async function signedOut(): Promise<void> {
  const ended = wasSignedIn();
  memory.removeItem(HINT);
  try {
    session.set({ status: "out", ended, setupNeeded: await api.setupNeeded() });
  } catch {
    session.set({ status: "out", ended, setupNeeded: false });
  }
}
