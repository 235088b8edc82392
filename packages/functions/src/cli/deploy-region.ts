import { findRegion } from "../adapters/aws-region.ts";

/** What is to be said of the name of a region: all is well, it is no region, or it has to be switched on first. */
export type RegionSeen = { state: "there" | "wrong" | "note"; detail: string };

const SHAPE = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/u;
/** Those that every account has. What AWS has opened since March 2019 is off until somebody switches it on, so that this list is final. */
const ALWAYS_ON =
  "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 " +
  "eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2";

/** Looks a region up among those that AWS's SDK lists; nobody is asked, so one that was opened after it is not known. */
export function lookAtRegion(name: string): RegionSeen {
  const wrong = (why: string): RegionSeen => ({ state: "wrong", detail: `"${name}" ${why}` });
  if (!SHAPE.test(name)) return wrong("is no region of AWS: they are called like eu-central-1. Set AWS_REGION.");
  const { part, place } = findRegion(name);
  if (part !== "aws") return wrong(`is in a part of AWS apart from the others (${part}), where Tintype cannot be deployed.`);
  if (place === undefined) {
    const since = "If AWS has opened it since, deploy there without regard to this line: a deployment does not look at it.";
    return wrong(`is none of the regions that this version knows. Look at how it is written. ${since}`);
  }
  if (ALWAYS_ON.split(" ").includes(name)) return { state: "there", detail: `${name}, ${place}` };
  const how = "in the console: the account's menu, Account, AWS Regions. It takes minutes, at times hours";
  return { state: "note", detail: `${name}, ${place}. An account has it only when it was switched on, ${how}.` };
}
