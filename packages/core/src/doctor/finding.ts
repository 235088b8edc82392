/** What can be wrong between browsers, Tintype, its store and its database: how it is called, how it comes about, and how it is mended. */
export const FINDINGS = {
  "database-away": {
    title: "The database does not answer",
    cause: "Nothing that answers is at the address in DATABASE_URL.",
    fix: "Start Postgres, or correct the host and the port in DATABASE_URL.",
  },
  "database-denied": {
    title: "The database does not let Tintype in",
    cause: "Postgres answers, and refuses the user, the password or the database in DATABASE_URL.",
    fix: "Correct DATABASE_URL, or make the user and the database in Postgres.",
  },
  "store-name": {
    title: "The name of the store leads nowhere",
    cause: "The host name in the address does not resolve where Tintype runs.",
    fix: "Correct the host name, or add it to your DNS. In compose it is the name of the store's service.",
  },
  "store-away": {
    title: "The store does not answer",
    cause: "The name resolves, but nothing answers there.",
    fix: "Start the store, and check host, port and firewall. The address is that of S3_ENDPOINT, or for browsers that of S3_PUBLIC_ENDPOINT.",
  },
  certificate: {
    title: "The certificate is not trusted",
    cause: "The certificate of the store's address is self-signed, has expired, or is for another name.",
    fix: "Get a certificate that browsers trust (Caddy and certbot do it by themselves). For an authority of your own, every device must trust it, and Tintype too.",
  },
  "not-s3": {
    title: "Something else than an S3 store answers",
    cause: "What answers at the address does not speak S3: often it is the store's console, or a page of the proxy.",
    fix: "Give the port of the S3 API. For MinIO that is 9000, and 9001 is its console.",
  },
  "store-failing": {
    title: "The store answers with errors of its own",
    cause: "The store, or the proxy in front of it, is up but fails.",
    fix: "Read the log of the store and of the proxy.",
  },
  "store-full": {
    title: "The store is full",
    cause: "The store refuses to write: its disk or its quota is used up.",
    fix: "Free space on the store's disk, or raise its quota. Photos that are there are safe.",
  },
  clock: {
    title: "The clocks differ",
    cause: "Signed requests hold for minutes, so the clocks of Tintype, the store and the database must agree.",
    fix: "Switch time synchronisation on for every machine that is involved, and compare: date -u",
  },
  "wrong-keys": {
    title: "The store does not know our keys",
    cause: "S3_ACCESS_KEY_ID or S3_SECRET_ACCESS_KEY is not what the store has.",
    fix: "Set both to a key of the store. A space or a quotation mark that was copied along is enough to break them.",
  },
  "no-bucket": {
    title: "There is no such bucket",
    cause: "The keys are right, but the store has no bucket of the name in S3_BUCKET.",
    fix: "Correct S3_ENDPOINT or S3_BUCKET, and see that the store's disk is mounted. Tintype makes the bucket only while it knows no photo: to begin anew, make it by hand.",
  },
  "no-rights": {
    title: "The keys may not use the bucket",
    cause: "The store knows the keys, but no policy lets them list, read, write and delete in the bucket that S3_BUCKET names.",
    fix: "See that S3_BUCKET is right, and give the key the policy that the command tintype policy prints. It is the least that Tintype needs, and whoever steals the key removes nothing for good.",
  },
  "sub-path": {
    title: "The store is under a sub-path",
    cause: "The address has a path, and the proxy takes it off. Signatures cover the path, so the store refuses them.",
    fix: "Give the store a host name or a port of its own, without a path.",
  },
  "host-rewritten": {
    title: "A proxy rewrites the host name",
    cause: "Signatures cover the host name. The proxy tells the store another one than the browser used, so the store refuses them.",
    fix: "Have the proxy pass the host on as it came. Apache: ProxyPreserveHost On. Traefik: passHostHeader: true. nginx:",
  },
  "other-store": {
    title: "Browsers are sent to another store",
    cause: "S3_PUBLIC_ENDPOINT leads to another store, or another bucket, than S3_ENDPOINT.",
    fix: "Have both addresses lead to the same store.",
  },
  "public-local": {
    title: "Browsers are sent to their own machine",
    cause: "The store's address for browsers is localhost: on a phone that is the phone itself.",
    fix: "Set S3_PUBLIC_ENDPOINT to an address that the phone reaches.",
  },
  "public-internal": {
    title: "Browsers are sent to an internal host",
    cause: "The store's address for browsers is a name that only machines next to Tintype know, such as a compose service.",
    fix: "Set S3_PUBLIC_ENDPOINT to an address of the store that browsers reach.",
  },
  "mixed-content": {
    title: "The page is https, the store is http",
    cause: "Browsers block requests to http from a page that came by https.",
    fix: "Put the store behind https too, and set S3_PUBLIC_ENDPOINT to it.",
  },
  cors: {
    title: "The store does not let our pages in",
    cause: "Browsers ask the store whether a page of PUBLIC_URL may use it (CORS), and the answer is no.",
    fix: "For MinIO set this and start it again. For other stores have Tintype set the store up, or add a CORS rule for this origin to the bucket. A proxy must pass OPTIONS requests on.",
  },
  "body-cap": {
    title: "A proxy takes no large files",
    cause: "A proxy limits the size of requests: nginx takes 1 MB unless it is told otherwise.",
    fix: "Raise the limit. For nginx, in the server block of this address:",
  },
  "other-origin": {
    title: "The page was opened at another address",
    cause: "The page does not come from PUBLIC_URL, for which the store's CORS rule and our links are made.",
    fix: "Open Tintype at PUBLIC_URL, or set PUBLIC_URL to the address that you use.",
  },
  "browser-blocked": {
    title: "This browser does not reach the store",
    cause:
      "Tintype reaches the store at its public address, but this browser does not: a firewall, a DNS that does not know the name, or a certificate that this device does not trust.",
    fix: "Open the store's address in this browser and see what it says. Until then everything goes through Tintype, more slowly.",
  },
  "forward-blocked": {
    title: "The way through Tintype is closed",
    cause: "Requests under /store of PUBLIC_URL do not come through as they were sent: the proxy answers them itself, or changes them.",
    fix: "Have the proxy pass everything under PUBLIC_URL to Tintype, the path unchanged.",
  },
  "hook-token": {
    title: "The store's messages have an old token",
    cause:
      "Messages of new objects arrive at the webhook with another token than ours: S3_SECRET_ACCESS_KEY was changed since the store was set up.",
    fix: "Give the store the token of today and start it again. Until then new objects are found by the sweep, later. For MinIO:",
  },
  "hook-silent": {
    title: "The store's messages do not arrive",
    cause: "The bucket is set to tell our webhook of new objects, but what we wrote just now was not told of.",
    fix: "Check that the store reaches Tintype at the webhook's address, and its log. Until then new objects are found by the sweep, later. For MinIO:",
  },
} as const satisfies Record<string, { title: string; cause: string; fix: string }>;

export type FindingCode = keyof typeof FINDINGS;

/** One cause that was found. `lines` are to be copied into a configuration; `evidence` is what was seen, without any secret. */
export type Finding = {
  code: FindingCode;
  title: string;
  cause: string;
  fix: string;
  lines: string[];
  evidence: string[];
};

/** A finding with its words. */
export function finding(code: FindingCode, evidence: readonly string[], lines: readonly string[] = []): Finding {
  return { code, ...FINDINGS[code], lines: [...lines], evidence: [...evidence] };
}
