/**
 * The client's address of a request to a function URL. Proxies put who has asked them at the end of `x-forwarded-for`, and what stands before
 * that anybody may have written: so the last one that is not the proxy itself, which is the function's own caller.
 */
export function lambdaAddress(forwardedFor: string | undefined, caller: string | undefined): string | undefined {
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim());
  return hops.findLast((hop) => hop !== "" && hop !== caller) ?? caller;
}
