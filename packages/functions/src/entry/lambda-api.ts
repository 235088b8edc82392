import { fileURLToPath } from "node:url";
import { rememberFor, sha256Of } from "@tintype/core/kernel";
import { streamHandle } from "hono/aws-lambda";
import { Hono } from "hono/tiny";
import { setupToken } from "../adapters/derived-token.ts";
import { lambdaAddress } from "../adapters/lambda-address.ts";
import { scryptPasswords } from "../adapters/password-scrypt.ts";
import { readFrontToken } from "../adapters/settings-cloud.ts";
import { webFiles } from "../adapters/web-files.ts";
import { createApi } from "../api/app.ts";
import { createFront } from "../api/front-token.ts";
import { openCloud } from "./cloud.ts";

const WEB = fileURLToPath(new URL("../../../web/dist", import.meta.url));
const { ctx, settings, begin, secret } = await openCloud(process.env);
/** Opened by the first request, and by the next where that failed: a database that is away for a moment is not away for this process's life. */
const open = rememberFor(Infinity, openApi);

const front = createFront({
  log: ctx.log,
  origin: settings.publicUrl,
  frontSha256: sha256Of(readFrontToken(process.env)),
  // What it enqueued is told of before its answer ends: after that the function may be frozen.
  answer: async (request, bindings) => {
    const app = await open();
    const end = begin();
    const answer = await app.fetch(request, bindings);
    await end();
    return answer;
  },
});

/** The whole API, behind a function URL. */
// oxlint-disable-next-line typescript/no-deprecated -- the package that is to take its place is not published yet
export const handler = streamHandle(
  new Hono<{ Bindings: { requestContext: { http: { sourceIp: string } } } }>().all("*", (c) => {
    const address = lambdaAddress(c.req.header("x-forwarded-for"), c.env.requestContext.http.sourceIp);
    return front.fetch(c.req.raw, address === undefined ? {} : { address });
  }),
);

async function openApi() {
  const authSecret = await secret();
  const publicStore = () => ({ origin: settings.storeOrigin, sign: ctx.store.sign });
  const setup = { authSecret, setupTokenSha256: sha256Of(setupToken(authSecret)) };
  const web = await webFiles(WEB);
  return createApi({ ...ctx, ...setup, publicStore, place: settings.s3, passwords: scryptPasswords, origin: settings.publicUrl, web });
}
