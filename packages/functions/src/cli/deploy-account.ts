import type { DeploySeen, Profile } from "../adapters/deploy-look.ts";
import { FORMS, looksOf } from "./deploy-key.ts";

/** Credentials of AWS as they are found: where, and for which account where that can be told without asking. `also` is what else to know. */
export type Account = { from: string; id: string | undefined; also: string };

/** Why there are none: they or a part of them are missing, or what is there cannot be right; and what to do. */
export type Lack = { state: "missing" | "wrong"; detail: string };

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;
const ROLE = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"] as const;
const ARN = /^arn:[\w-]+:iam::(?<account>\d{12}):role\/.+$/u;

/** The credentials that SST would take, in the order in which it looks, or why there are none. */
export function accountOf({ env, profiles }: Pick<DeploySeen, "env" | "profiles">): Account | Lack {
  const { AWS_PROFILE } = env;
  if (AWS_PROFILE === undefined && isWhole(env, KEY)) {
    const { lack, also } = looksOfPair(env, KEY, "AWS_SESSION_TOKEN", "");
    return lack ?? { from: "the environment", id: accountOfKey(env[KEY[0]] ?? ""), also };
  }
  if (AWS_PROFILE === undefined && isWhole(env, ROLE)) {
    const arn = env[ROLE[0]] ?? "";
    return ARN.test(arn) ? { from: "the role of this runner", id: accountOfArn(arn), also: "" } : notRole("AWS_ROLE_ARN", arn);
  }
  const half = halfOf(env, KEY) ?? halfOf(env, ROLE);
  const name = AWS_PROFILE ?? "default";
  const lack = lackOf(name, profiles, []);
  if (lack === undefined) {
    const also = half === undefined ? "" : `. Beside it ${half}, which is not used`;
    return { from: `the profile ${name}`, id: accountOfProfile(profiles[name] ?? {}), also };
  }
  if (AWS_PROFILE === undefined && half !== undefined) return { state: "missing", detail: `They are half there: ${half}. Set both.` };
  if (AWS_PROFILE !== undefined || name in profiles) return lack;
  const how = "Sign in with `aws configure sso`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  return { state: "missing", detail: `There are none. ${how}` };
}

/** What keeps a profile from being used; `before` are those that take their credentials from it. */
function lackOf(name: string, profiles: DeploySeen["profiles"], before: readonly string[]): Lack | undefined {
  const profile = profiles[name];
  const again = `Run: aws configure sso --profile ${name}`;
  const none = (what: string): Lack => ({ state: "missing", detail: `${what} ${again}` });
  if (!profile) return none(`The profile is "${name}", and ~/.aws has no credentials of that name.`);
  if ("role_arn" in profile && !before.includes(name)) return lackOfRole(name, profile, profiles, before);
  const { sso_account_id: sso } = profile;
  if (sso !== undefined && !/^\d{12}$/u.test(sso)) {
    return { state: "wrong", detail: `sso_account_id of the profile ${name} is "${sso}", and an account has 12 digits. ${again}` };
  }
  const pair = ["aws_access_key_id", "aws_secret_access_key"] as const;
  if (sso !== undefined || "credential_process" in profile || "login_session" in profile) return undefined;
  if (isWhole(profile, pair)) return looksOfPair(profile, pair, "aws_session_token", ` of the profile ${name}`).lack;
  const half = halfOf(profile, pair);
  const halves = (found: string): Lack => ({
    state: "missing",
    detail: `They are half there: in the profile ${name} ${found}. Add it to ~/.aws/credentials.`,
  });
  if (half !== undefined) return halves(half);
  return none(`The profile is "${name}", and ~/.aws has no credentials of that name.`);
}

/** A role is taken with the credentials of something else, which must be there. */
function lackOfRole(name: string, profile: Profile, profiles: DeploySeen["profiles"], before: readonly string[]): Lack | undefined {
  const { role_arn: arn = "", source_profile: source } = profile;
  if (!ARN.test(arn)) return notRole(`role_arn of the profile ${name}`, arn);
  if ("credential_source" in profile || "web_identity_token_file" in profile) return undefined;
  if (source !== undefined) return lackOf(source, profiles, [...before, name]);
  return { state: "missing", detail: `The profile ${name} takes a role and has no source_profile: nothing says with which credentials.` };
}

function notRole(where: string, arn: string): Lack {
  return { state: "wrong", detail: `${where} is "${arn}". A role is called like arn:aws:iam::111122223333:role/deploy.` };
}

/** What is seen of the two parts of a key by their looks; `of` says whose they are. */
function looksOfPair(all: Named, [id, secret]: readonly [string, string], token: string, of: string): { lack?: Lack; also: string } {
  const looks = [
    [id, looksOf(FORMS.awsId, all[id] ?? "")],
    [secret, looksOf(FORMS.awsSecret, all[secret] ?? "")],
  ] as const;
  const wrong = looks.find(([, seen]) => seen?.state === "wrong");
  if (wrong) return { lack: { state: "wrong", detail: `${wrong[0]}${of} ${wrong[1]?.why}` }, also: "" };
  if (all[id]?.startsWith("ASIA") === true && all[token] === undefined) {
    const detail = `${id}${of} is that of a temporary key, and ${token} is not set, without which it is refused. Set all three anew.`;
    return { lack: { state: "missing", detail }, also: "" };
  }
  return { also: looks.flatMap(([name, seen]) => (seen ? [`. ${name}${of} ${seen.why}`] : [])).join("") };
}

type Named = Readonly<Record<string, string | undefined>>;

function isWhole(of: Named, [one, other]: readonly [string, string]): boolean {
  return of[one] !== undefined && of[other] !== undefined;
}

/** Says which of the two is there without the other. */
function halfOf(of: Named, [one, other]: readonly [string, string]): string | undefined {
  if ((of[one] === undefined) === (of[other] === undefined)) return undefined;
  const [there, gone] = of[one] === undefined ? [other, one] : [one, other];
  return `${there} is set, and ${gone} is not`;
}

function accountOfProfile(profile: Profile): string | undefined {
  const { role_arn: role = "", sso_account_id: sso, aws_access_key_id: key = "" } = profile;
  return accountOfArn(role) ?? sso ?? accountOfKey(key);
}

function accountOfArn(arn: string): string | undefined {
  return ARN.exec(arn)?.groups?.["account"];
}

/** The account is written into the id of a key since 2019: 40 bits of it, behind the first of the digits after its kind. */
export function accountOfKey(key: string): string | undefined {
  if (!/^A[KS]IA[A-Z2-7]{16}$/u.test(key)) return undefined;
  const bits = Array.from(key.slice(4, 14)).reduce((value, digit) => value * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
  // 50 bits: the first is not of the account, nor are the last nine.
  const account = (bits >> 9n) & ((1n << 40n) - 1n);
  return account >= 10n ** 12n ? undefined : String(account).padStart(12, "0");
}
