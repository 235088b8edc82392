import {
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetBucketNotificationConfigurationCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
} from "@aws-sdk/client-s3";
import type { Check, Finding } from "@tintype/core/storage";
import { no, unknown, yes } from "./store-s3-probe-finding.ts";
import { refusal } from "./store-s3-error.ts";
import type { Examine, Trial } from "./store-s3-probe-trial.ts";

const BODY = Buffer.from("what lies there");
const PART = Buffer.from("the only part");

/** Checks with requests that we ourselves make. */
export const OWN = {
  head: async ({ client, bucket: Bucket, within, control }) => {
    const { ContentLength, ContentType, ETag = "" } = await client.send(new HeadObjectCommand({ Bucket, Key: control.key }), within);
    const isRight = ContentLength === control.body.length && ContentType === "text/plain" && ETag !== "";
    return isRight ? yes("It tells them.") : no(`It tells size ${ContentLength}, type ${ContentType} and ETag ${ETag}.`);
  },
  listV2: async (trial) => {
    const { client, bucket: Bucket, within } = trial;
    return pages(trial, (StartAfter, Prefix) =>
      client.send(new ListObjectsV2Command({ Bucket, Prefix, StartAfter, MaxKeys: 1, EncodingType: "url" }), within),
    );
  },
  listV1: async (trial) => {
    const { client, bucket: Bucket, within } = trial;
    return pages(trial, (Marker, Prefix) =>
      client.send(new ListObjectsCommand({ Bucket, Prefix, Marker, MaxKeys: 1, EncodingType: "url" }), within),
    );
  },
  completeIfNoneMatch: async (trial) => {
    const { client, bucket: Bucket, within } = trial;
    const Key = trial.key();
    await trial.put(Key, BODY);
    const { UploadId, Parts } = await sendPart(trial, Key);
    const input = { Bucket, Key, UploadId, MultipartUpload: { Parts }, IfNoneMatch: "*" };
    const refused = await client.send(new CompleteMultipartUploadCommand(input), within).then(
      () => undefined,
      (error: unknown) => refusal(error) ?? Promise.reject(error),
    );
    if ((await trial.read(Key))?.equals(BODY) !== true) return no("Completing an upload in parts overwrites what lies at its key.");
    return refused === undefined ? unknown("It changed nothing, and yet was answered 200.") : yes(`It is refused: ${refused}.`);
  },
  multipart: async (trial) => {
    const { client, bucket: Bucket, within } = trial;
    const Key = trial.key();
    const { UploadId, Parts } = await sendPart(trial, Key);
    const known = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }), within);
    const sizes = known.Parts?.map(({ Size }) => Size);
    if (sizes?.join(",") !== String(PART.length)) return no("The parts that were sent are not listed.");
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }), within);
    const isWhole = (await trial.read(Key))?.equals(PART) === true;
    return isWhole ? yes("Parts are taken, listed and put together.") : no("Other bytes come back than were sent in parts.");
  },
  copy: async (trial) => {
    const { client, bucket: Bucket, within, control } = trial;
    const Key = trial.key();
    await client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${control.key}` }), within);
    return (await trial.read(Key))?.equals(control.body) === true ? yes("It copies by itself.") : no("The copy has other bytes.");
  },
  events: async ({ client, bucket: Bucket, within }) => {
    const set = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }), within);
    const [target] = [
      ...(set.QueueConfigurations ?? []).map(({ QueueArn }) => QueueArn),
      ...(set.TopicConfigurations ?? []).map(({ TopicArn }) => TopicArn),
      ...(set.LambdaFunctionConfigurations ?? []).map(({ LambdaFunctionArn }) => LambdaFunctionArn),
    ];
    return target === undefined ? no("The bucket notifies nobody.") : yes(`The bucket notifies ${target}.`);
  },
} satisfies Partial<Record<Check, Examine>>;

type Page = { Contents?: { Key?: string | undefined }[] | undefined };

/** Whether two objects come one after the other, a page for each. */
async function pages(trial: Trial, list: (after: string | undefined, prefix: string) => Promise<Page>): Promise<Finding> {
  const [first, second] = [trial.key(), trial.key()];
  for (const key of [first, second]) await trial.put(key, BODY);
  const one = await list(undefined, first);
  const two = await list(first, first.slice(0, first.lastIndexOf("/") + 1));
  const got = [one, two].map(({ Contents }) => decodeURIComponent(Contents?.[0]?.Key ?? ""));
  return got.join(" ") === `${first} ${second}` ? yes("Keys come in order, page by page.") : no("It does not show the keys in order.");
}

/** Begins an upload in parts, and sends its only one to a signed URL. */
async function sendPart(trial: Trial, Key: string): Promise<{ UploadId: string; Parts: CompletedPart[] }> {
  const { client, bucket: Bucket, within, signer } = trial;
  const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "image/jpeg" }), within);
  trial.began(Key, UploadId);
  const { url, headers } = await signer.part({ key: Key, id: UploadId, number: 1, size: PART.length, expiresIn: 300 });
  const answer = await trial.ask(url, { method: "PUT", headers, body: new Uint8Array(PART) });
  return { UploadId, Parts: [{ PartNumber: 1, ETag: answer.headers.get("etag") ?? "" }] };
}
