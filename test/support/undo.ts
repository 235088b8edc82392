import type { Database } from "@tintype/core/kernel";

/** A database of which what is done in `undone` is as if it had never been: nobody has to make anew what a test has changed. */
export type Undoable = { db: Database; undone: <T>(work: () => Promise<T>) => Promise<T> };

/** This database, so. While `work` is under way only `db` may be used, by one after the other: all of it is in one transaction. */
export function undoable(real: Database): Undoable {
  let current = real;
  const db = new Proxy(real, {
    get: (_, name) => {
      const value: unknown = Reflect.get(current, name, current);
      return typeof value === "function" ? value.bind(current) : value;
    },
  });
  const undone = async <T>(work: () => Promise<T>): Promise<T> => {
    let result: { value: T } | undefined;
    const enough = new Error("It is looked at, and goes.");
    try {
      await real.tx(async (inner) => {
        current = inner;
        result = { value: await work() };
        throw enough;
      });
    } catch (error) {
      if (error !== enough) throw error;
    } finally {
      current = real;
    }
    if (!result) throw new Error("The work gave nothing.");
    return result.value;
  };
  return { db, undone };
}
