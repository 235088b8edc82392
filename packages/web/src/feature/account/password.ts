export const PASSWORD_LENGTH = 12;

export type Strength = "short" | "weak" | "good" | "strong";

const COMMON = /^(password|passwort|123456|qwert|letmein|welcome|iloveyou|tintype)/iu;

/** A rough, honest grade: length counts most, then how many different characters there are. Never a reason to refuse beyond the length. */
export function strengthOf(password: string): Strength {
  const characters = [...password];
  if (characters.length < PASSWORD_LENGTH) return "short";
  const different = new Set(characters).size;
  if (different < 6 || COMMON.test(password)) return "weak";
  return characters.length >= 16 && different >= 10 ? "strong" : "good";
}

/** The sentence beside a password field while it is typed. */
export function strengthHint(password: string): string {
  const left = PASSWORD_LENGTH - [...password].length;
  if (password === "") return `At least ${PASSWORD_LENGTH} characters. A few unrelated words are good and easy to remember.`;
  if (left > 0) return left === 1 ? "1 more character." : `${left} more characters.`;
  return HINTS[strengthOf(password)];
}

const HINTS: Record<Strength, string> = {
  short: "",
  weak: "Long enough, but easy to guess.",
  good: "Good.",
  strong: "Strong.",
};
