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
import { openCloud } from "./cloud.ts";

const WEB = fileURLToPath(new URL("../../../web/dist", import.meta.url));
/** Opened by the first request, and by the next where that failed: a database that is away for a moment is not away for this process's life. */
const open = rememberFor(Infinity, openApi);

/** The whole API, behind a function URL. What it enqueued is told of before its answer ends: after that the function may be frozen. */
// oxlint-disable-next-line typescript/no-deprecated -- the package that is to take its place is not published yet
export const handler = streamHandle(
  new Hono<{ Bindings: { requestContext: { http: { sourceIp: string } } } }>().all("*", async (c) => {
    const { app, begin } = await open();
    const end = begin();
    const address = lambdaAddress(c.req.header("x-forwarded-for"), c.env.requestContext.http.sourceIp);
    const answer = await app.fetch(c.req.raw, address === undefined ? {} : { address });
    await end();
    return answer;
  }),
);

async function openApi() {
  const frontSha256 = sha256Of(readFrontToken(process.env));
  const { ctx, settings, begin, secret } = await openCloud(process.env);
  const authSecret = await secret();
  const app = createApi({
    ...ctx,
    publicStore: () => ({ origin: settings.storeOrigin, sign: ctx.store.sign }),
    place: settings.s3,
    authSecret,
    passwords: scryptPasswords,
    setupTokenSha256: sha256Of(setupToken(authSecret)),
    frontSha256,
    origin: settings.publicUrl,
    web: await webFiles(WEB),
  });
  return { app, begin };
}
