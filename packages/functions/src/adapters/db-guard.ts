import { AsyncLocalStorage } from "node:async_hooks";
import type { Driver } from "./db-drizzle.ts";

/**
 * Throws when work inside a transaction uses the outer database: with one connection (PGlite) it would wait for itself for ever,
 * with a pool it would write beside the transaction. Only this check is ambient; the db itself is always passed openly.
 */
export function guard(driver: Driver): Driver {
  const transaction = new AsyncLocalStorage<{ open: boolean }>();
  const check = (): void => {
    if (transaction.getStore()?.open) {
      throw new Error("The outer database was used inside a transaction: use the db that its work was given.");
    }
  };
  const { read } = driver;
  return {
    ...(read && {
      read: async (statements) => {
        check();
        return read(statements);
      },
    }),
    run: async (statement) => {
      check();
      return driver.run(statement);
    },
    session: async (work) => {
      check();
      const state = { open: true };
      return driver.session((run) => transaction.run(state, () => work(run))).finally(() => (state.open = false));
    },
  };
}
