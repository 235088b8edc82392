/** Sends requests on to the function that has the whole API, as they are, with the address of who sends them; its answer comes back as it is. */
export function forwardTo(origin: string, front: { header: string; token: string }) {
  return (request: Request, address: string | undefined): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const sent = new Request(new URL(pathname + search, origin), request);
    sent.headers.delete("x-forwarded-for");
    if (address !== undefined) sent.headers.set("x-forwarded-for", address);
    sent.headers.set(front.header, front.token);
    return fetch(sent, { redirect: "manual" });
  };
}
