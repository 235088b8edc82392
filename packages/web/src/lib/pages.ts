type Page<T> = { found: T[]; next: string | null };

/** All of a list that comes in pages. */
export async function all<T>(ask: (after?: string) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let next: string | null | undefined; next !== null;) {
    const page: Page<T> = await ask(next);
    found.push(...page.found);
    ({ next } = page);
  }
  return found;
}
