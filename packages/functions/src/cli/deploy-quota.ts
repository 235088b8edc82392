/** What decides how much of a quota a deployment takes. `region` is undefined while none is named. */
export type Wanted = { edge: string; ingestConcurrency: number; region: string | undefined; stage: string };

/** A quota by whose name it goes, and what of it this deployment takes, or what to raise, where and to what. */
export type Quota = { name: string; detail: string };

/** How many functions run at once for each of what infra/ makes, beside those that take photos in. */
const AT_ONCE = { jobs: 2, hourly: 1 };
/** Fewer than these answer nobody while a library is imported. */
const PEOPLE = 2;
/** What AWS lets run at once in a region, in a new account and in others. */
const CONCURRENCY = { fresh: 10, usual: 1000 };
/** What a function takes of the queue at a time, and what of it may be in work at once. */
const SQS = { batch: 5, most: 120_000 };
/** Cloudflare counts a message when it is written, read and deleted. */
const QUEUES = { free: 10_000, perMessage: 3, perInboxFile: 9 };

/** The quotas of a deployment, one line each, told from its settings: nobody is asked how much an account really has. */
export function quotasOf(wanted: Wanted): Quota[] {
  const common = [
    { name: "Lambda", detail: lambda(wanted) },
    { name: "SQS", detail: sqs(wanted) },
    { name: "Neon", detail: neon(wanted) },
  ];
  return wanted.edge === "cloudflare" ? [...common, ...cloudflare()] : common;
}

function lambda({ edge, ingestConcurrency, region }: Wanted): string {
  const hourly = edge === "cloudflare" ? 0 : AT_ONCE.hourly;
  const own = ingestConcurrency + AT_ONCE.jobs + hourly;
  const least = own + PEOPLE;
  const rest = hourly === 0 ? "" : `, ${hourly} that looks hourly`;
  const takes = `Up to ${own} functions run at once (${ingestConcurrency} that take photos in, ${AT_ONCE.jobs} that do jobs${rest}), and more to answer people.`;
  const where = `under Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384), in ${region ?? "its region"}`;
  const to = (Math.ceil(Math.max(CONCURRENCY.usual, least) / 500) * 500).toLocaleString("en");
  if (least <= CONCURRENCY.fresh) {
    const left = `A new account has ${CONCURRENCY.fresh} in a region, which leaves ${CONCURRENCY.fresh - own} to answer with.`;
    return `${takes} ${left} If that is slow while a library comes in, ask for ${to} ${where}.`;
  }
  const few = `A new account has ${CONCURRENCY.fresh} in a region, too few by ${least - CONCURRENCY.fresh} at least.`;
  const instead = `or set TINTYPE_INGEST_CONCURRENCY to ${CONCURRENCY.fresh - PEOPLE - hourly - AT_ONCE.jobs}`;
  return `${takes} ${few} Ask for ${to} ${where}, ${instead}.`;
}

function sqs({ ingestConcurrency }: Wanted): string {
  const inWork = (ingestConcurrency * SQS.batch).toLocaleString("en");
  return `It needs nothing: ${inWork} messages are in work at once at most, and ${SQS.most.toLocaleString("en")} may be.`;
}

function neon({ stage }: Wanted): string {
  return [
    `The stage ${stage} is one project with one branch, and the free plan has 100 projects with 10 branches each.`,
    "Of a project it keeps 0.5 GB, which is about 340,000 photos, and computes 400 hours a month at the smallest size (100 CU-hours).",
    "After that it suspends the database until the next month, or until you choose the plan Launch in Neon's console, under Billing.",
  ].join(" ");
}

function cloudflare(): Quota[] {
  const files = (operations: number): string => Math.floor(QUEUES.free / operations).toLocaleString("en");
  return [
    {
      name: "R2",
      detail: "It must be switched on in the dashboard once, which asks for a card. 10 GB are free; there is no end beyond it.",
    },
    {
      name: "Workers",
      detail: [
        "The free plan answers 100,000 requests a day (the files of the app do not count) with 10 ms of processor each,",
        "takes a program of 3 MB, of which ours is less than a tenth, and five hourly looks in an account, of which each stage is one.",
        "Each was measured to take less: 7.4 ms at most, for 250 photos or a plan of 50 uploads, the most that one request may ask for.",
        "If people are refused, choose Workers Paid in the dashboard ($5 a month): 10 million requests a month, 30 s each.",
      ].join(" "),
    },
    {
      name: "Queues",
      detail: [
        `The free plan has ${QUEUES.free.toLocaleString("en")} operations a day: ${files(QUEUES.perMessage)} uploads, or ${files(QUEUES.perInboxFile)} files in inbox/.`,
        "What R2 does not tell any more is found when the uploader says so, and within the hour: nothing is lost.",
        "Workers Paid has a million a month, and more for $0.40 a million.",
      ].join(" "),
    },
  ];
}
