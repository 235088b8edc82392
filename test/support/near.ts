/** What is kept near one place, in memory, by a clock of the test's: as the edge's cache, it forgets when the time is over. */
export function nearBy(now: () => Date) {
  const lies = new Map<string, { bytes: Uint8Array<ArrayBuffer>; until: number }>();
  return {
    names: () => [...lies.keys()],
    get: (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
      const found = lies.get(name);
      return Promise.resolve(found && found.until > now().getTime() ? found.bytes : undefined);
    },
    put: (name: string, bytes: Uint8Array<ArrayBuffer>, seconds: number): Promise<void> => {
      lies.set(name, { bytes, until: now().getTime() + seconds * 1000 });
      return Promise.resolve();
    },
  };
}
