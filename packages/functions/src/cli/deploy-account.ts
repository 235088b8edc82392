import type { DeploySeen, Profile } from "../adapters/deploy-look.ts";

/** Credentials of AWS as they are found: where, and for which account where that can be told without asking. */
export type Account = { from: string; id: string | undefined };

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The credentials that SST would take, in the order in which it looks; undefined when there are none. */
export function accountOf({ env, profiles }: Pick<DeploySeen, "env" | "profiles">): Account | undefined {
  const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_PROFILE, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE: token } = env;
  if (AWS_PROFILE === undefined && key !== undefined && secret !== undefined) return { from: "the environment", id: accountOfKey(key) };
  if (AWS_PROFILE === undefined && AWS_ROLE_ARN !== undefined && token !== undefined) {
    return { from: "the role of this runner", id: accountOfArn(AWS_ROLE_ARN) };
  }
  const name = AWS_PROFILE ?? "default";
  const profile = profiles[name];
  return profile && isUsable(profile, profiles) ? { from: `the profile ${name}`, id: accountOfProfile(profile) } : undefined;
}

function isUsable(profile: Profile, profiles: DeploySeen["profiles"]): boolean {
  const isKey = "aws_access_key_id" in profile && "aws_secret_access_key" in profile;
  const isSignIn = "sso_account_id" in profile || "credential_process" in profile || "login_session" in profile;
  const source = profiles[profile["source_profile"] ?? ""];
  const isRole = "role_arn" in profile && ("credential_source" in profile || (source !== undefined && source !== profile));
  return isKey || isSignIn || isRole;
}

function accountOfProfile(profile: Profile): string | undefined {
  const { role_arn: role = "", sso_account_id: sso, aws_access_key_id: key = "" } = profile;
  return accountOfArn(role) ?? sso ?? accountOfKey(key);
}

function accountOfArn(arn: string): string | undefined {
  return /^arn:[\w-]+:\w+:[\w-]*:(?<account>\d{12}):/u.exec(arn)?.groups?.["account"];
}

/** The account is written into the id of a key since 2019: 40 bits of it, behind the first of the digits after its kind. */
export function accountOfKey(key: string): string | undefined {
  if (!/^A[KS]IA[A-Z2-7]{16}$/u.test(key)) return undefined;
  const bits = Array.from(key.slice(4, 14)).reduce((value, digit) => value * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
  // 50 bits: the first is not of the account, nor are the last nine.
  const account = (bits >> 9n) & ((1n << 40n) - 1n);
  return account >= 10n ** 12n ? undefined : String(account).padStart(12, "0");
}
