import { AppError } from "@tintype/core/kernel";
import { INBOX } from "@tintype/core/storage";

export const STORES = ["minio", "versitygw", "rustfs", "seaweedfs", "ceph", "garage", "aws"] as const;

export type Store = (typeof STORES)[number];

/** A device's key and what it is for: `account` is its name in the store. */
export type Place = {
  store: Store;
  endpoint: string;
  region: string;
  bucket: string;
  handle: string;
  account: string;
  key: { id: string; secret: string };
};

/** What is enough for rclone, mc, aws-cli: to put, and to take back a large upload that did not end. No reading, no listing. */
const ACTIONS = ["s3:PutObject", "s3:AbortMultipartUpload"];

/**
 * The lines that tell how the store's owner makes the key, secrets not as arguments of programs where those can do without; commands are indented, to
 * be run in deploy/ of an installation that compose started.
 * Throws AppError `forbidden` for a store that has no key for one folder.
 */
export function storeSteps(place: Place): string[] {
  const steps: Record<Store, () => string[]> = {
    minio: () => byMc(place),
    rustfs: () => [...byMc(place), "", "RustFS understands MinIO's mc; our tests have not run this there."],
    versitygw: () => versitygw(place),
    ceph: () => ceph(place),
    seaweedfs: () => seaweedfs(place),
    aws: () => aws(place),
    garage: () => {
      throw new AppError(
        "forbidden",
        "Garage has keys for whole buckets only: a device's key could overwrite the library. Use the web page there.",
      );
    },
  };
  return [`1. In the store, as its owner`, "", ...steps[place.store]()];
}

function byMc({ store, endpoint, account, key, ...place }: Place): string[] {
  const [id, secret] = {
    minio: ["store/minio/root-user", "store/minio/root-password"],
    rustfs: ["app/rustfs/access-key-id", "app/rustfs/secret-access-key"],
  }[store === "rustfs" ? "rustfs" : "minio"];
  return [
    `   cat secrets/${id} secrets/${secret} | mc alias set store ${endpoint}`,
    `   echo '${JSON.stringify(policy(statement(place)))}' | mc admin policy create store ${account} /dev/stdin`,
    `   printf '%s\\n' ${key.id} ${key.secret} | mc admin user add store`,
    `   mc admin policy attach store ${account} --user ${key.id}`,
  ];
}

function versitygw({ endpoint, key, ...place }: Place): string[] {
  const owner = ownKey("store/versitygw/root-access-key", "store/versitygw/root-secret-key");
  return [
    `   ADMIN_ACCESS_KEY=${owner.id} ADMIN_SECRET_KEY=${owner.secret} versitygw admin --endpoint-url ${endpoint} create-user --access ${key.id} --secret ${key.secret} --role user`,
    ...addToBucketPolicy(
      endpoint,
      place,
      { AWS: [key.id] },
      ownKey("app/versitygw/access-key-id", "app/versitygw/secret-access-key"),
      OWNER_TOO,
    ),
    "",
    "versitygw takes the secret key as an argument only: while the first command runs, users of that machine can see it.",
  ];
}

function ceph({ endpoint, account, key, ...place }: Place): string[] {
  return [
    `   radosgw-admin user create --uid ${account} --display-name ${account} --access-key ${key.id} --secret-key ${key.secret}`,
    ...addToBucketPolicy(
      endpoint,
      place,
      { AWS: [`arn:aws:iam:::user/${account}`] },
      { id: '"$S3_ACCESS_KEY_ID"', secret: '"$S3_SECRET_ACCESS_KEY"' },
    ),
    "",
    "   The last two are Tintype's own key, which owns the bucket. Our tests have not run this.",
  ];
}

/** In versitygw a bucket that has a policy obeys that alone: its owner must be in it too. */
const OWNER_TOO = (bucket: string): string =>
  `,{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::${bucket}","arn:aws:s3:::${bucket}/*"],"Principal":{"AWS":["'$AWS_ACCESS_KEY_ID'"]}}`;

/** A bucket has one policy: the device is added to those that are in it; `rest` is what a first policy has besides. */
function addToBucketPolicy(
  endpoint: string,
  place: Bucket,
  Principal: object,
  owner: { id: string; secret: string },
  rest: (bucket: string) => string = () => "",
): string[] {
  const one = JSON.stringify({ ...statement(place), Principal });
  return [
    `   export AWS_ACCESS_KEY_ID=${owner.id} AWS_SECRET_ACCESS_KEY=${owner.secret} AWS_DEFAULT_REGION=us-east-1`,
    `   device='${one}'`,
    `   old=$(aws --endpoint-url ${endpoint} s3api get-bucket-policy --bucket ${place.bucket} --query Policy --output text 2>/dev/null || true)`,
    `   case $old in *'"Statement":['*) all=$(printf %s "$old" | sed "s|\\"Statement\\":\\[|&$device,|") ;; *) all='{"Version":"2012-10-17","Statement":['$device'${rest(place.bucket)}]}' ;; esac`,
    `   aws --endpoint-url ${endpoint} s3api put-bucket-policy --bucket ${place.bucket} --policy "$all"`,
  ];
}

function seaweedfs({ account, key, bucket, handle }: Place): string[] {
  const identity = {
    name: account,
    credentials: [{ accessKey: key.id, secretKey: key.secret }],
    actions: [`Write:${bucket}/${inbox(handle)}*`],
  };
  return [
    "   Add this to the list of identities in secrets/store/seaweedfs/s3.json, and restart the store (docker compose restart seaweedfs):",
    "",
    `   ${JSON.stringify(identity)}`,
    "",
    "   Our tests have not run this.",
  ];
}

function aws({ account, ...place }: Place): string[] {
  return [
    `   aws iam create-user --user-name ${account}`,
    `   aws iam put-user-policy --user-name ${account} --policy-name inbox --policy-document '${JSON.stringify(policy(statement(place)))}'`,
    `   aws iam create-access-key --user-name ${account}`,
    "",
    "   AWS makes the key itself: put the one that the last command prints in place of the key below. Our tests have not run this.",
  ];
}

type Bucket = { bucket: string; handle: string };

function statement({ bucket, handle }: Bucket): object {
  return { Effect: "Allow", Action: ACTIONS, Resource: [`arn:aws:s3:::${bucket}/${inbox(handle)}*`] };
}

function policy(one: object): object {
  return { Version: "2012-10-17", Statement: [one] };
}

function ownKey(id: string, secret: string): { id: string; secret: string } {
  return { id: `$(cat secrets/${id})`, secret: `$(cat secrets/${secret})` };
}

/** Where what a user's devices drop is found. */
export function inbox(handle: string): string {
  return `${INBOX}${handle}/`;
}
