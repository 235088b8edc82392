import { describe, expect, it } from "vitest";
import { accountOf, accountOfKey } from "./deploy-account.ts";

const WHOLE = { aws_access_key_id: "AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key: "no/secret+".repeat(4) };
const ARN = "arn:aws:iam::444455556666:role/deploy";

describe("the credentials of AWS", () => {
  it.each([
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"],
    ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"],
  ])("are half there with %s alone", (one, other) => {
    const detail = `They are half there: ${one} is set, and ${other} is not. Set both.`;
    expect(accountOf({ env: { [one]: "x" }, profiles: {} })).toEqual({ state: "missing", detail });
  });

  it.each([
    ["aws_access_key_id", "aws_secret_access_key"],
    ["aws_secret_access_key", "aws_access_key_id"],
  ])("are half there in a profile that has %s alone, the default one too", (one, other) => {
    for (const name of ["anna", "default"]) {
      const detail = `They are half there: in the profile ${name} ${one} is set, and ${other} is not. Add it to ~/.aws/credentials.`;
      expect(accountOf({ env: name === "anna" ? { AWS_PROFILE: name } : {}, profiles: { [name]: { [one]: "x" } } })).toEqual({
        state: "missing",
        detail,
      });
    }
  });

  it("come from a profile beside half a key, which is told", () => {
    expect(accountOf({ env: { AWS_ACCESS_KEY_ID: "x" }, profiles: { default: WHOLE } })).toMatchObject({
      from: "the profile default",
      also: ". Beside it AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not, which is not used",
    });
  });

  it("are not there at all", () => {
    expect(accountOf({ env: {}, profiles: {} })).toMatchObject({ state: "missing", detail: expect.stringContaining("There are none.") });
  });

  it.each([
    ["an account that is none", { sso_account_id: "1234-5678", sso_session: "home" }, 'is "1234-5678", and an account has 12 digits'],
    ["a role that is none", { role_arn: "deploy", source_profile: "base" }, 'is "deploy". A role is called like'],
  ])("are not right with %s", (_, profile, detail) => {
    expect(accountOf({ env: { AWS_PROFILE: "anna" }, profiles: { anna: profile, base: WHOLE } })).toEqual({
      state: "wrong",
      detail: expect.stringContaining(detail),
    });
  });

  it("are not right with a role of a runner that is none", () => {
    expect(accountOf({ env: { AWS_ROLE_ARN: "deploy", AWS_WEB_IDENTITY_TOKEN_FILE: "/token" }, profiles: {} })).toMatchObject({
      state: "wrong",
    });
  });

  it("come from a role by way of others, and are missing where the last of these is", () => {
    const through = (profiles: Record<string, Record<string, string>>) => accountOf({ env: { AWS_PROFILE: "anna" }, profiles });
    const anna = { role_arn: ARN, source_profile: "base" };
    expect(through({ anna, base: WHOLE })).toMatchObject({ from: "the profile anna", id: "444455556666" });
    expect(through({ anna: { ...anna, ...WHOLE, source_profile: "anna" } })).toMatchObject({ from: "the profile anna" });
    expect(through({ anna: { role_arn: ARN, credential_source: "Environment" } })).toMatchObject({ from: "the profile anna" });
    expect(through({ anna })).toMatchObject({ detail: expect.stringContaining('The profile is "base"') });
    expect(through({ anna: { role_arn: ARN } })).toMatchObject({ detail: expect.stringContaining("no source_profile") });
    expect(through({ anna, base: { role_arn: ARN, source_profile: "anna" } })).toMatchObject({ state: "missing" });
    expect(through({ anna, base: { aws_access_key_id: "x" } })).toMatchObject({ detail: expect.stringContaining("in the profile base") });
  });

  it("name the account in the id of a key, and none where there is none", () => {
    expect(["ASIAQNZGKIQY56JQ7WML", "ASIAY34FZKBOKMUTVV7A"].map(accountOfKey)).toEqual(["029608264753", "609629065308"]);
    expect(["", "AKIA", "AIDAQNZGKIQY56JQ7WML", "photos-access-key"].map(accountOfKey)).toEqual(Array(4).fill(undefined));
  });
});
