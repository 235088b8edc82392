/** What a key is seen to be without asking whose it is: none at all, or one that looks unlike all that are known. `why` goes on with its name. */
export type Looks = { state: "wrong" | "odd"; why: string };

/** How the keys of one kind look. */
export type Form = {
  /** Those that are documented, or were ever seen. */
  known: RegExp;
  /** What all of these are longer than. */
  least: number;
  /** How a key looks, as a sentence says it. */
  like: string;
  /** What else is taken for it, and what is to be said then. */
  others?: readonly (readonly [RegExp, string])[];
};

/** The forms that their makers tell; what they do not tell may change, and is not held against a key. */
export const FORMS = {
  awsId: {
    known: /^A[KS]IA[A-Z\d]{12,124}$/u,
    least: 16,
    like: "begins with AKIA or ASIA and has 20 capitals and digits",
    others: [[/^(?=.{16}).*[^A-Z\d]/u, "has something else in it than capitals and digits"]],
  },
  awsSecret: {
    known: /^[A-Za-z\d/+]{40}$/u,
    least: 40,
    like: "has 40 letters, digits, / and +",
    others: [
      [/^.{41}/u, "is too long"],
      [/^.{40}$/u, "has other characters in it"],
    ],
  },
  neon: {
    known: /^(?:napi_[a-z\d]{40,}|[a-z\d]{64})$/u,
    least: 32,
    like: "begins with napi_",
    others: [[/^postgres(?:ql)?:/u, "is the address of a database. An API key is wanted, with which one is made"]],
  },
  cloudflare: {
    known: /^(?:cf[ua]t_[\w-]{40,}|[\w-]{40})$/u,
    least: 40,
    like: "begins with cfut_ or cfat_, or has 40 letters, digits, - and _",
    others: [[/^(?:cfk_.*|[\da-f]{37})$/u, "is the Global API Key, and a token is wanted"]],
  },
} satisfies Record<string, Form>;

/** What stands in documents where a key belongs. Some of it could be a key by its letters alone. */
const PLACEHOLDER =
  /^(?:<.*>|\[.*\]|\{.*\}|\$.*|(?:your|my|the|a|some)[-_ ].*|.*(?:change|replace|fill)[-_ ]?(?:me|this|in).*|.*(?:placeholder|dummy).*|\.{2,}|…|foo|bar|test|todo|none|null|undefined|secret|key|token|example)$/iu;
const NEVER = /^(?<one>.)\k<one>+$|EXAMPLE(?:KEY)?$/u;

/** Nothing, where it looks as such keys do. Says nothing of what stands in it. */
export function looksOf(form: Form, key: string): Looks | undefined {
  const like = `Such a key ${form.like}.`;
  const wrong = (why: string): Looks => ({ state: "wrong", why });
  if (form.known.test(key) && !NEVER.test(key)) return undefined;
  if (PLACEHOLDER.test(key) || NEVER.test(key)) return wrong("holds the place of a key, and is none. Put your own there.");
  if (/[\s"'`]/u.test(key)) return wrong(`has a space or a quotation mark in it. ${like}`);
  const other = form.others?.find(([pattern]) => pattern.test(key));
  if (other) return wrong(`${other[1]}. ${like}`);
  if (key.length < form.least) return wrong(`has ${key.length} characters, too few. ${like} Copy it again.`);
  return { state: "odd", why: `looks unlike those that are known. ${like} If it is refused, copy it again.` };
}
