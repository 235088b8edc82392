/** What of a Worker's static assets is used here. */
export type Assets = { fetch: (request: Request) => Promise<Response> };

/**
 * What the Worker answers of the site, where it is asked first or there is no file: a path without an extension is a page of the app, as in the
 * API's own `webFile`. A file of an older version is missing, and not so for the year that is told of files. Undefined for what is the API's.
 */
export async function answerSite(request: Request, assets: Assets): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const isHashed = /^\/(?:s\/)?assets\//u.test(pathname);
  if (!isHashed && /^\/(?:api|s)(?:\/|$)/u.test(pathname)) return undefined;
  const isPage = !isHashed && !/\.[^/]+$/u.test(pathname);
  const answer = await assets.fetch(isPage ? new Request(new URL("/", request.url), request) : request);
  return answer.status === 404 ? new Response("Not found", { status: 404, headers: { "cache-control": "no-store" } }) : answer;
}
