/** What a screen reader was told last: the words, when (milliseconds since the epoch), at which quarter, and of which state. */
export type Said = { text: string; at: number; quarter: number; state: string };

/** What the upload is at: `state` names what needs to be told at once when it changes, `progress` is 0 to 1. */
export type Telling = { text: string; now: number; progress: number; state: string };

export const SILENCE: Said = { text: "", at: -Infinity, quarter: -1, state: "" };

const REPEAT_MS = 20_000;
/** Quarters of a short upload come faster than they can be read out. */
const APART_MS = 2_000;

/** What to tell now: the beginning, each quarter, what lasts every 20 seconds, and at once what changes its state. Else what was said. */
export function announce(said: Said, { text, now, progress, state }: Telling): Said {
  if (text === said.text) return said;
  const quarter = Math.floor(progress * 4);
  const since = now - said.at;
  const due = state !== said.state || since >= REPEAT_MS || (quarter !== said.quarter && since >= APART_MS);
  return due ? { text, at: now, quarter, state } : said;
}
