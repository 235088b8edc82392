import { type Log, WAKE } from "@tintype/core/kernel";
import type { Announcer } from "./queue-postgres.ts";
import { MOST_DELAY_MS, type Send } from "./queue-sqs.ts";

/** An announcer whose messages are on their way until `flush` says so: a function that has answered may be frozen. */
export type SqsAnnouncer = Announcer & { flush: () => Promise<void> };

type Options = {
  send: Send;
  /** The queue whose messages wake who works through the jobs. */
  queueUrl: string;
  /** Notes that somebody has to look at this time: where the message cannot be sent, and where it would be held back longer than SQS does. */
  note: (dueAt: Date) => Promise<void>;
  log: Log;
};

/**
 * Announces jobs by messages that wake a function: one for all that is enqueued at about the same time, sent when it is committed. What a message
 * says does not matter: who is woken looks at the queue in the database. Nobody listens.
 */
export function createSqsAnnouncer({ send, queueUrl, note, log }: Options): SqsAnnouncer {
  let due: number | undefined;
  let sending: Promise<void> = Promise.resolve();

  const tellOf = async (at: number): Promise<void> => {
    const delayMs = Math.max(0, at - Date.now());
    if (delayMs > MOST_DELAY_MS) return note(new Date(at));
    await send({ queueUrl, body: WAKE, delayMs }).catch(async (error: unknown) => {
      log.warn("queue.not_woken", { error });
      await note(new Date(at));
    });
  };
  /** What is committed in the same moment goes together. */
  const soon = async (): Promise<void> => {
    await Promise.resolve();
    const at = due;
    due = undefined;
    if (at !== undefined) await tellOf(at).catch((error: unknown) => log.error("queue.wake_not_noted", { error }));
  };
  return {
    tell: async (db, jobs) => {
      const first = Math.min(...jobs.map(({ runAt }) => runAt?.getTime() ?? 0));
      db.afterCommit(() => {
        const isAsked = due !== undefined;
        due = Math.min(due ?? Infinity, first);
        if (!isAsked) sending = Promise.all([sending, soon()]).then(() => undefined);
      });
    },
    onTold: () => () => undefined,
    flush: async () => {
      // `tell` without a transaction comes a microtask later.
      await new Promise((resolve) => setTimeout(resolve, 0));
      await sending;
    },
    close: () => sending,
  };
}
