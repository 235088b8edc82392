import type { Clock } from "./clock.ts";

/** A message in the queue; what it says is told when it is asked for, so that a million fit. */
export type Letter = { id: number; read: () => string; receives: number; sentAt: number; isDone: boolean; putOff?: string | undefined };

export type QueueOptions = {
  visibilityMs: number;
  /** Deliveries until a message is put aside. */
  most: number;
};

/**
 * A standard queue of SQS: at least once and nearly in order; what is not done with comes again when its visibility ends, and is put aside after
 * `most` deliveries.
 */
export type LetterQueue = ReturnType<typeof createLetterQueue>;

/** How far from its turn a message may be taken. */
const DISORDER = 50;

export function createLetterQueue(clock: Clock, { visibilityMs, most }: QueueOptions) {
  let ready: Letter[] = [];
  let head = 0;
  let ids = 0;
  let onReady: () => void = () => undefined;
  const counts = { sent: 0, receives: 0, removes: 0, redelivered: 0, dead: 0, left: 0, oldestMs: 0 };

  const put = (letter: Letter): void => {
    ready.push(letter);
    onReady();
  };
  /** What came together comes again together. */
  const giveAgain = (letters: readonly Letter[]): void => {
    const left = letters.filter(({ isDone }) => !isDone);
    for (const letter of left) {
      if (letter.receives < most) {
        counts.redelivered++;
        ready.push(letter);
        continue;
      }
      letter.isDone = true;
      counts.dead++;
      counts.left--;
    }
    if (left.length > 0) onReady();
  };
  const takeOne = (): Letter => {
    const place = head + Math.floor(clock.random() * Math.min(DISORDER, ready.length - head));
    const letter = ready[place]!;
    ready[place] = ready[head]!;
    head++;
    if (head > 10_000 && head > ready.length / 2) {
      ready = ready.slice(head);
      head = 0;
    }
    return letter;
  };

  return {
    counts,
    waiting: () => ready.length - head,
    onReady: (work: () => void) => void (onReady = work),
    send: (read: () => string, delayMs = 0, putOff?: string): void => {
      counts.sent++;
      counts.left++;
      const letter = { id: ++ids, read, receives: 0, sentAt: clock.now() + delayMs, isDone: false, putOff };
      if (delayMs > 0) clock.after(delayMs, () => put(letter));
      else put(letter);
    },
    receive: (limit: number): Letter[] => {
      const letters: Letter[] = [];
      while (letters.length < limit && head < ready.length) letters.push(takeOne());
      for (const letter of letters) letter.receives++;
      counts.receives++;
      clock.after(visibilityMs, () => giveAgain(letters));
      return letters;
    },
    remove: (letters: readonly Letter[]): void => {
      if (letters.length > 0) counts.removes++;
      for (const letter of letters) {
        if (letter.isDone) continue;
        letter.isDone = true;
        counts.left--;
        counts.oldestMs = Math.max(counts.oldestMs, clock.now() - letter.sentAt);
      }
    },
  };
}
