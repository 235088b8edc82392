import { createHash, randomUUID } from "node:crypto";
import { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import type { Look, Reply } from "@tintype/core/doctor";
import { createUrlSigner, PROBE } from "@tintype/core/storage";
import { type Asked, ask } from "./doctor-ask.ts";
import { isForClock, letsIn, wish } from "./store-s3-ask.ts";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { createSigners } from "./store-s3-sign.ts";

const BODY = Buffer.from("T");
const LARGE = 64 * 2 ** 20;
const REMOVE_MS = 5_000;

/**
 * Asks one endpoint of the store what a browser asks, for a page of `origin`. Each request ends within 5 s; what is written is removed.
 * Nothing is thrown: what fails is what was seen.
 */
export async function lookAt(options: S3Options, endpoint: string, origin: string): Promise<Look> {
  const key = `${PROBE}${randomUUID()}/doctor`;
  const signer = createSigners(options)(endpoint);
  const sha256 = createHash("sha256").update(BODY).digest("hex");
  const put = await signer.put({ key, size: BODY.length, type: "image/gif", sha256, expiresIn: 300 });
  const large = announceLarge((await signer.put({ key: `${key}-large`, size: LARGE, type: "image/gif", expiresIn: 300 })).url);
  const names = Object.keys(put.headers);
  const preflight = ask(put.url, { method: "OPTIONS", headers: wish(origin, names) });
  const listed = await ask(listing(options, endpoint));
  const list = replyOf(listed, (body) => body.includes("<ListBucketResult"));
  const skew = "skewMs" in listed && listed.skewMs !== undefined ? { skewMs: listed.skewMs } : {};
  const more = async (): Promise<Partial<Look>> => {
    if ("why" in list || list.status !== 200 || list.code !== "") return acceptedElsewhere(options, endpoint, list);
    const written = replyOf(await ask(put.url, { method: "PUT", headers: put.headers, body: BODY }), () => true);
    if ("why" in written || written.status !== 200) return { put: written };
    const url = signer.get({ key });
    const read = async (headers: Record<string, string>, status: number, from = url): Promise<Reply> => {
      const asked = await ask(from, { headers });
      const reply = replyOf(asked, () => true);
      if ("why" in asked || "why" in reply || reply.code !== "") return reply;
      if (asked.status !== status) return { ...reply, code: "WholeBody" };
      return asked.body.equals(BODY) ? reply : { ...reply, code: "OtherBytes" };
    };
    const [get, range] = await Promise.all([read({}, 200), read({ range: "bytes=0-0" }, 206)]);
    if (endpoint === options.endpoint) return { put: written, get, range };
    return { put: written, get, range, own: await read({}, 200, createSigners(options)(options.endpoint).get({ key })) };
  };
  const found = { endpoint, list, ...skew, ...(await more()) };
  await remove(options, endpoint, [key, `${key}-large`]);
  const isSame = new URL(endpoint).origin === origin;
  return { ...found, large: await large, preflight: isSame ? { status: 200, code: "" } : admitted(await preflight, origin, names) };
}

/** Announces 64 MiB to a URL that is signed for that much, and sends none of it: who limits bodies says so at once. */
export async function announceLarge(url: string): Promise<Reply> {
  const asked = await ask(url, { method: "PUT", headers: { "content-type": "image/gif" }, announce: LARGE });
  return "status" in asked && asked.status === 100 ? { status: 100, code: "" } : replyOf(asked, () => true);
}

function listing(options: S3Options, endpoint: string): string {
  const sign = createUrlSigner({ pathStyle: true, ...options, endpoint });
  return sign({ method: "GET", key: "", query: { "list-type": "2", "max-keys": "1", prefix: PROBE }, expiresIn: 300, at: new Date() });
}

/** After a refused signature: finds out what of the address a proxy changes, by signing as if it had not been changed. */
async function acceptedElsewhere(options: S3Options, endpoint: string, list: Reply): Promise<Partial<Look>> {
  if ("why" in list || list.code !== "SignatureDoesNotMatch") return {};
  const { origin, protocol, host, hostname, pathname } = new URL(endpoint);
  const own = new URL(options.endpoint);
  const hosts = [...new Set([host, own.host, own.hostname, hostname, "localhost", "127.0.0.1"])];
  const paths = [...new Set(["", pathname.replace(/\/$/u, "")])];
  const trials = hosts.flatMap((other) => paths.map((path) => ({ other, path })));
  const accepted = await Promise.all(
    trials.map(async ({ other, path }) => {
      const { pathname: signedPath, search } = new URL(listing(options, `${protocol}//${other}${path}`));
      const actual = `${origin}${pathname.replace(/\/$/u, "")}${signedPath.slice(path.length)}${search}`;
      return replyOf(await ask(actual), (body) => body.includes("<ListBucketResult"));
    }),
  );
  const found = trials.find((_, i) => JSON.stringify(accepted[i]) === JSON.stringify({ status: 200, code: "" }));
  if (found === undefined || (found.other === host && `${found.path}/` === pathname)) return {};
  const isMoved = found.path !== pathname.replace(/\/$/u, "");
  return { acceptedFor: isMoved ? { path: `${found.path}/${options.bucket}/` } : { host: found.other } };
}

function admitted(asked: Asked, origin: string, names: readonly string[]): Reply {
  if ("why" in asked) return asked;
  return { status: asked.status, code: letsIn(asked, origin, names) ? "" : "NotAllowed" };
}

/** A reply in the store's words; `isRight` tells whether a success is one of S3's. */
function replyOf(asked: Asked, isRight: (body: string) => boolean): Reply {
  if ("why" in asked) return asked;
  const body = asked.body.toString("utf8", 0, 4_000);
  const isGood = asked.status < 300;
  if (isGood) return { status: asked.status, code: isRight(body) ? "" : "NotS3" };
  const code = /<Code>(?<code>\w{1,60})<\/Code>/u.exec(body)?.groups?.["code"];
  const message = /<Message>(?<message>[^<]{1,300})<\/Message>/u.exec(body)?.groups?.["message"] ?? "";
  if (code === undefined) return { status: asked.status, code: asked.headers.has("x-amz-request-id") ? "" : "NotS3" };
  return { status: asked.status, code: isForClock(asked.status, `${code} ${message}`) ? "ClockSkew" : code };
}

async function remove(options: S3Options, endpoint: string, keys: readonly string[]): Promise<void> {
  const client = createClient({ ...options, endpoint });
  const command = new DeleteObjectsCommand({ Bucket: options.bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true } });
  // What is left where even this fails, the next probe removes.
  await client.send(command, { abortSignal: AbortSignal.timeout(REMOVE_MS) }).catch(() => undefined);
  client.destroy();
}
