const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

type Asked = { type: string; name: string; inputs: Record<string, unknown> };
type State = Record<string, unknown>;

/** What its provider would add to a resource, where others need it; the rest has an `arn` like all of AWS. */
const STATES: Readonly<Record<string, (asked: Asked, name: string) => State>> = {
  "aws:sqs/queue:Queue": (_, name) => ({
    arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
  }),
  "aws:s3/bucket:Bucket": ({ name }) => ({
    bucket: name.toLowerCase(),
    arn: `arn:aws:s3:::${name.toLowerCase()}`,
    bucketRegionalDomainName: `${name.toLowerCase()}.s3.${REGION}.amazonaws.com`,
  }),
  "aws:lambda/functionUrl:FunctionUrl": ({ name }) => ({ functionUrl: `https://${name.toLowerCase()}.lambda-url.${REGION}.on.aws/` }),
  "aws:cloudfront/distribution:Distribution": () => ({ domainName: "d1.cloudfront.net", hostedZoneId: "Z1" }),
  "aws:acm/certificate:Certificate": () => ({
    domainValidationOptions: [{ domainName: "a", resourceRecordName: "b", resourceRecordType: "CNAME", resourceRecordValue: "c" }],
  }),
  "aws:iam/accessKey:AccessKey": () => ({ secret: "the secret of the key" }),
  "aws:lambda/invocation:Invocation": () => ({ result: JSON.stringify({ open: "https://d1.cloudfront.net/setup#token=1" }) }),
  "neon:index/project:Project": () => ({ connectionUri: "postgres://direct", connectionUriPooler: "postgres://pooled" }),
  "cloudflare:index/accountToken:AccountToken": () => ({ value: "the token" }),
};

/** A resource as it would be after it was made. */
export function answerResource(asked: Asked): { id: string; state: State } {
  const { type, name, inputs } = asked;
  const known = typeof inputs["name"] === "string" ? inputs["name"] : name;
  const arn = `arn:aws:${type.split(":")[1]?.split("/")[0] ?? ""}:${REGION}:${ACCOUNT}:${known}`;
  return { id: `${name}-id`, state: { name, arn, ...inputs, ...STATES[type]?.(asked, known) } };
}

/** What providers are asked for without a resource. A policy document is answered with what it was made of. */
export function answerCall({ token, inputs }: { token: string; inputs: Record<string, unknown> }, region: string): State {
  const answers: Record<string, State> = {
    "aws:index/getRegion:getRegion": { region, name: region, id: region },
    "aws:index/getPartition:getPartition": { partition: "aws" },
    "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT },
    "aws:iam/getPolicyDocument:getPolicyDocument": { ...inputs, json: JSON.stringify(inputs) },
  };
  return answers[token] ?? inputs;
}
