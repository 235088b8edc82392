import { type Fetched, fetchFile, type Way } from "./fetch-file.ts";

/** Files that are asked of the store before their turn: three come while one is packed. */
const AHEAD = 4;

type File = { id: string; url: string; size: number | null };

/** What the store has of each file that `next` names, in that order, the next ones asked for beforehand; ends where `next` has none. */
export async function* fetchAhead<F extends File>(
  next: () => Promise<F | undefined>,
  way: Way,
): AsyncGenerator<{ file: F; fetched: Fetched }> {
  const asked: { file: F; fetched: Promise<Fetched> }[] = [];
  for (;;) {
    while (asked.length < AHEAD) {
      const file = await next();
      if (!file) break;
      const fetched = fetchFile(file, way);
      // It is looked at when its turn comes.
      fetched.catch(() => undefined);
      asked.push({ file, fetched });
    }
    const first = asked.shift();
    if (!first) return;
    yield { file: first.file, fetched: await first.fetched };
  }
}
