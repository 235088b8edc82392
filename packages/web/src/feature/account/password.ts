import { PASSWORD_LENGTH, WEAKNESSES, weaknessOf } from "@tintype/core/account";

export type Strength = "short" | "weak" | "good" | "strong";

type Owner = { name: string; email: string };

/** A rough, honest grade. What is short or weak is refused, by the same rule as the API's. */
export function strengthOf(password: string, owner: Owner): Strength {
  const weakness = weaknessOf(password, owner);
  if (weakness) return weakness === "short" ? "short" : "weak";
  const characters = [...password];
  return characters.length >= 16 && new Set(characters).size >= 10 ? "strong" : "good";
}

/** Why the password cannot be taken and what to do; undefined when it can. */
export function passwordFault(password: string, owner: Owner): string | undefined {
  const weakness = weaknessOf(password, owner);
  return weakness && WEAKNESSES[weakness];
}

/** The sentence beside a password field while it is typed. */
export function strengthHint(password: string, owner: Owner): string {
  const left = PASSWORD_LENGTH.min - [...password].length;
  if (password === "") return `At least ${PASSWORD_LENGTH.min} characters, for example a few unrelated words.`;
  if (left > 0) return left === 1 ? "1 more character." : `${left} more characters.`;
  return passwordFault(password, owner) ?? (strengthOf(password, owner) === "strong" ? "Strong." : "Good.");
}
