import { type Ctx, GUARD, LOOK, TIDY, WAKE } from "@tintype/core/kernel";
import { type Message, takeBatch, type TakeOptions } from "./batch.ts";
import { isDue, isUnfinished } from "./due.ts";
import { longest, unlessAway } from "./outage.ts";
import { answerWake, type WokenOptions } from "./woken.ts";

/** What AWS Lambda calls a function with, as far as it is looked at: a batch of an SQS queue. */
export type SqsEvent = { Records: readonly SqsRecord[] };
type SqsRecord = {
  messageId: string;
  body: string;
  attributes: { ApproximateReceiveCount: string };
  messageAttributes?: Readonly<Record<string, { stringValue?: string }>>;
};

/** Which messages are to be delivered again (`ReportBatchItemFailures`). */
export type SqsAnswer = { batchItemFailures: { itemIdentifier: string }[] };

export type LambdaContext = { getRemainingTimeInMillis: () => number };

/** Notes that a call begins, of a queue with so many messages; what it gives is waited for before the function answers. */
type Begin = (messages: number) => () => Promise<void>;

/** A batch of a store's messages, see `takeBatch`: what of them is to be delivered again is told one by one. */
export async function answerArrivals(
  { log, now }: Pick<Ctx, "log" | "now">,
  { Records }: SqsEvent,
  context: LambdaContext,
  { begin, ...options }: Omit<TakeOptions, "now" | "msLeft"> & { begin: Begin },
): Promise<SqsAnswer> {
  const end = begin(Records.length);
  try {
    const msLeft = () => context.getRemainingTimeInMillis();
    const failed = await takeBatch(log, Records.map(messageOf), { ...options, now, msLeft });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    await end();
  }
}

function messageOf(record: SqsRecord): Message {
  return { id: record.messageId, body: record.body, receives: Number(record.attributes.ApproximateReceiveCount), putOff: putOffOf(record) };
}

export type WakesOptions = {
  begin: Begin;
  kinds: WokenOptions["kinds"];
  /** Sends a message into the queue that calls this function. */
  send: (message: { body: string; delayMs: number; putOff?: string }) => Promise<void>;
  /** The longest that the queue holds a message back. */
  mostDelayMs: number;
};

/**
 * Somebody has enqueued jobs, or it is time, or the store is to be asked whether it is: works through the queue, and sees to it that it is called
 * again when the next is due, or when what is away may be back.
 */
export async function answerWakes(
  ctx: Ctx,
  { Records }: SqsEvent,
  context: LambdaContext,
  { begin, kinds, send, mostDelayMs }: WakesOptions,
): Promise<void> {
  const has = (word: string): boolean => Records.some(({ body }) => body === word);
  const putOff = longest(Records.map(putOffOf));
  // Where the store says that there is nothing to do, the database sleeps on.
  if (Records.every(({ body }) => body === GUARD || body === LOOK)) {
    const [ask, body] = has(LOOK) ? [isDue, LOOK] : [isUnfinished, GUARD];
    const isNeeded = await unlessAway(
      ctx,
      putOff,
      () => ask(ctx.store, ctx.now()),
      async (again) => {
        await send({ body, ...again });
        return false;
      },
    );
    if (!isNeeded) return;
  }
  const end = begin(Records.length);
  try {
    const next = await answerWake(ctx, {
      isToTidy: has(TIDY) || has(LOOK),
      kinds,
      msLeft: () => context.getRemainingTimeInMillis(),
      heldMs: mostDelayMs,
      guard: () => send({ body: GUARD, delayMs: mostDelayMs }),
      putOff,
    });
    if (!next || next.delayMs > mostDelayMs) return;
    const { isToTidy, ...again } = next;
    await send({ body: isToTidy ? TIDY : WAKE, ...again });
  } finally {
    await end();
  }
}

function putOffOf({ messageAttributes }: SqsRecord): string | undefined {
  return messageAttributes?.["putOff"]?.stringValue;
}
