/** Characters (code points) that a password must have at least, and may have at most. */
export const PASSWORD_LENGTH = { min: 12, max: 128 };

/** Why a password is refused: too short, made of the words that are tried first, of what is known of its owner, or of a pattern. */
export type Weakness = "short" | "common" | "personal" | "pattern";

/** What to tell about each weakness: the fault, and what to do. */
export const WEAKNESSES: Record<Weakness, string> = {
  short: `Use at least ${PASSWORD_LENGTH.min} characters.`,
  common: "These words are the first to be tried. Use a few unrelated ones.",
  personal: "It is mostly your name or your address. Use a few unrelated words.",
  pattern: "It repeats itself or follows the keyboard. Use a few unrelated words.",
};

/** So many characters must be left of a password without what is known of its owner, common, or a pattern. */
const OWN_CHARACTERS = 8;

const COMMON =
  "password passwort kennwort passphrase letmein welcome iloveyou princess sunshine football baseball superman batman dragon monkey master " +
  "shadow michael jennifer charlie trustno1 starwars whatever freedom admin administrator default changeme secret login access hello ninja " +
  "spring summer autumn winter january february october november december monday friday tintype photos picture camera family";
const COMMON_WORDS = COMMON.split(" ");
const ROWS = ["1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "abcdefghijklmnopqrstuvwxyz"];
const RUNS = ROWS.flatMap((row) => [row + row, [...(row + row)].toReversed().join("")]);
const SHORTEST_RUN = 3;
const SHORTEST_WORD = 4;

/** Letters that figures and signs stand for. */
const LEET: Record<string, string> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s", "!": "i" };

type Owner = { name?: string; email?: string };

/** What is wrong with a password for this person; undefined when nothing is. The form and the API judge by the same rule. */
export function weaknessOf(password: string, { name = "", email = "" }: Owner = {}): Weakness | undefined {
  const characters = [...password.toLowerCase()];
  if ([...password].length < PASSWORD_LENGTH.min) return "short";
  const plain = characters.map((character) => LEET[character] ?? character);
  const personal = `${name} ${email}`
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= SHORTEST_WORD);
  const known = new Set<number>();
  const spent: Record<Exclude<Weakness, "short">, number> = { personal: 0, common: 0, pattern: 0 };
  const spend = (weakness: keyof typeof spent, from: number, length: number): void => {
    for (let at = from; at < from + length; at++) {
      if (!known.has(at)) spent[weakness]++;
      known.add(at);
    }
  };
  for (const word of personal) for (const at of placesOf([...word], characters, plain)) spend("personal", at, [...word].length);
  for (const word of COMMON_WORDS) for (const at of placesOf([...word], characters, plain)) spend("common", at, word.length);
  for (const { from, length } of [...runsIn(characters), ...repeatsIn(characters)]) spend("pattern", from, length);
  if (characters.length - known.size >= OWN_CHARACTERS) return undefined;
  return (["personal", "common", "pattern"] as const).toSorted((a, b) => spent[b] - spent[a])[0];
}

/** Where a word is, as it is written or with figures and signs for letters. */
function placesOf(word: readonly string[], ...texts: readonly string[][]): number[] {
  return texts.flatMap((text) => Array.from(text.keys()).filter((at) => word.every((character, i) => text[at + i] === character)));
}

type Span = { from: number; length: number };

/** Stretches of at least three that follow a row of the keyboard or the alphabet, in either direction. */
function runsIn(text: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (let from = 0; from < text.length; from++) {
    let length = 1;
    while (from + length < text.length && RUNS.some((run) => run.includes(text.slice(from, from + length + 1).join("")))) length++;
    if (length >= SHORTEST_RUN) spans.push({ from, length });
  }
  return spans;
}

/** What only repeats what stands right before it: all but the first of `aaaa`, `abcabcabc`. */
function repeatsIn(text: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (let unit = 1; unit <= text.length / 2; unit++) {
    let same = 0;
    for (let at = unit; at < text.length; at++) {
      same = text[at] === text[at - unit] ? same + 1 : 0;
      // Two equal letters are a word's own; from a doubled unit of two, or three of one, on it is a pattern.
      if (same >= Math.max(unit, 2)) spans.push({ from: at - same + 1, length: same });
    }
  }
  return spans;
}
