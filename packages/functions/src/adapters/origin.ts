import { AppError } from "@tintype/core/kernel";

/**
 * Sends requests on to the function that has the whole API, as they are, with the address of who sends them; its answer comes back as it is. Throws
 * `database_unavailable` where there is none: what is behind the Worker is away, and which part of it makes no difference to who waits for it.
 */
export function forwardTo(origin: string, front: { header: string; token: string }) {
  return (request: Request, address: string | undefined): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const sent = new Request(new URL(pathname + search, origin), request);
    sent.headers.delete("x-forwarded-for");
    if (address !== undefined) sent.headers.set("x-forwarded-for", address);
    sent.headers.set(front.header, front.token);
    return fetch(sent, { redirect: "manual" }).catch((cause: unknown) => {
      throw new AppError("database_unavailable", "What is behind this address cannot be reached. Try again in a moment.", { cause });
    });
  };
}
