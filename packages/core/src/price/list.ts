/**
 * Every list price that sums are made of, in US dollars without taxes, AWS's in US East (N. Virginia): the one file to look at when a provider
 * changes them. Compare each with its page, and then change `checkedOn`.
 */

/** The price of one of something: of each beyond `from` within a month, until the next step. What is free is a step at nothing. */
export type Rate = readonly { from: number; usd: number }[];

export const PROVIDERS = ["aws", "cloudflare", "own"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** A database that sleeps: free while both allowances suffice, else all of it is paid for. */
type DatabasePrices = { free: { cuHours: number; gigabytes: number }; cuHour: number; gigabyteMonth: number };

export type Prices = {
  name: string;
  /** What they are the prices of. */
  about: string;
  /**
   * The day on which they were compared: Cloudflare's and Neon's with their own pages, AWS's with what others write of them, for its own
   * could not be opened from where that was done.
   */
  checkedOn: string;
  sources: readonly { title: string; url: string }[];
  /** How many bytes the provider takes for a gigabyte. */
  gigabyte: number;
  /** For a gigabyte over a month: in the usual class, and where originals go when they are old. */
  storage: { standard: Rate; cold: Rate };
  /** For one request that puts, copies or lists; for one that reads. To delete is free. */
  writes: Rate;
  reads: Rate;
  /** For a gigabyte that leaves for the internet. */
  egress: Rate;
  calls: Rate;
  gigabyteSeconds: Rate;
  messages: Rate;
  database: DatabasePrices | undefined;
};

const MILLION = 1_000_000;
const [GB, GIB, TIB] = [1e9, 2 ** 30, 1024];

/** At one price from the first on. */
const flat = (usd: number): Rate => [{ from: 0, usd }];

/** At one price, once `free` of them were free. */
const after = (free: number, usd: number): Rate => [
  { from: 0, usd: 0 },
  { from: free, usd },
];

const LAMBDA = {
  calls: after(MILLION, 0.2 / MILLION),
  gigabyteSeconds: after(400_000, 0.0000133334),
  messages: after(MILLION, 0.4 / MILLION),
};

const NEON = { free: { cuHours: 100, gigabytes: 0.5 }, cuHour: 0.106, gigabyteMonth: 0.35 };

const FUNCTION_PAGES = [
  { title: "AWS Lambda", url: "https://aws.amazon.com/lambda/pricing/" },
  { title: "Amazon SQS", url: "https://aws.amazon.com/sqs/pricing/" },
  { title: "Neon", url: "https://neon.com/pricing" },
];

export const PRICES: Readonly<Record<Provider, Prices>> = {
  aws: {
    name: "Amazon Web Services",
    about: "S3 Standard and Glacier Instant Retrieval, Lambda (arm64) and SQS in US East (N. Virginia); Neon Free, beyond it Launch",
    checkedOn: "2026-11-29",
    sources: [{ title: "Amazon S3", url: "https://aws.amazon.com/s3/pricing/" }, ...FUNCTION_PAGES],
    gigabyte: GIB,
    storage: {
      standard: [
        { from: 0, usd: 0.023 },
        { from: 50 * TIB, usd: 0.022 },
        { from: 500 * TIB, usd: 0.021 },
      ],
      cold: flat(0.004),
    },
    writes: flat(0.005 / 1000),
    reads: flat(0.0004 / 1000),
    egress: [
      { from: 0, usd: 0 },
      { from: 100, usd: 0.09 },
      { from: 10 * TIB, usd: 0.085 },
      { from: 50 * TIB, usd: 0.07 },
      { from: 150 * TIB, usd: 0.05 },
    ],
    ...LAMBDA,
    database: NEON,
  },
  cloudflare: {
    name: "Cloudflare R2",
    about: "R2 Standard; Workers within their free plan; Lambda (arm64) and SQS in US East (N. Virginia); Neon Free, beyond it Launch",
    checkedOn: "2026-11-29",
    sources: [{ title: "Cloudflare R2", url: "https://developers.cloudflare.com/r2/pricing/" }, ...FUNCTION_PAGES],
    gigabyte: GB,
    storage: { standard: after(10, 0.015), cold: flat(0.015) },
    writes: after(MILLION, 4.5 / MILLION),
    reads: after(10 * MILLION, 0.36 / MILLION),
    egress: flat(0),
    ...LAMBDA,
    database: NEON,
  },
  own: {
    name: "Own hardware",
    about: "A laptop, a server at home or a store that you run",
    checkedOn: "2026-11-29",
    sources: [],
    gigabyte: GB,
    storage: { standard: [], cold: [] },
    writes: [],
    reads: [],
    egress: [],
    calls: [],
    gigabyteSeconds: [],
    messages: [],
    database: undefined,
  },
};

/** Whose store this is, by its place (see `ObjectStore.place`) or its endpoint. */
export function providerAt(place: string): Provider {
  const host = /https?:\/\/(?<host>[^/\s:]+)/u.exec(place)?.groups?.["host"] ?? "";
  if (/(?:^|\.)amazonaws\.com(?:\.cn)?$/u.test(host)) return "aws";
  return /(?:^|\.)r2\.cloudflarestorage\.com$/u.test(host) ? "cloudflare" : "own";
}
