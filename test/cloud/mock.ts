const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** What opens something, and must not be read by whoever may read the rest: what it is, and what the mocks have for it. */
export const SECRETS = {
  "SignerKey.secret": "the secret of the key",
  // The HMAC of the former.
  frontToken: "5BYTKi9xJcFFlx070nyy1Jk_uwHC_wOYfZkc0Eofk-A",
  "MediaKey.value": "the token",
  // R2 takes the SHA-256 of a token for the secret of its key.
  "MediaKey.secret": "d94772fd76a9e3a1c170673847ba8f96851fd423b1a7834871cd2c78633c7e97",
  "Project.connectionUri": "postgres://direct",
  "Project.connectionUriPooler": "postgres://pooled",
  "Project.databasePassword": "the password of the database",
  AlarmEmail: "the AlarmEmail",
} as const;

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
  "aws:iam/accessKey:AccessKey": () => ({ secret: SECRETS["SignerKey.secret"] }),
  "aws:lambda/invocation:Invocation": () => ({ result: JSON.stringify({ open: "https://d1.cloudfront.net/setup#token=1" }) }),
  "neon:index/project:Project": () => ({
    connectionUri: SECRETS["Project.connectionUri"],
    connectionUriPooler: SECRETS["Project.connectionUriPooler"],
    databasePassword: SECRETS["Project.databasePassword"],
  }),
  "cloudflare:index/accountToken:AccountToken": () => ({ value: SECRETS["MediaKey.value"] }),
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
