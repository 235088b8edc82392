import { AppError } from "@tintype/core/kernel";

/** Notes how to undo what a start has done. */
export type Undo = (step: () => unknown) => void;

/**
 * Runs a program, tells the person at the terminal what its `start` gives, and on SIGINT or SIGTERM undoes what it did, last first.
 * A fault that a person can mend is one sentence and exit code 1, without a stack; a second signal ends at once.
 */
export async function runProgram(start: (undo: Undo) => Promise<string>): Promise<void> {
  // Our versions are pinned and run on this Node; the AWS SDK's note about its future ones is not for the person at the terminal.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const steps: (() => unknown)[] = [];
  const undoAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const step of steps.splice(0).toReversed()) {
      await Promise.resolve()
        .then(step)
        .catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    process.stdout.write(`\n  ${await start((step) => steps.push(step))}\n\n`);
  } catch (error) {
    // What went wrong first is what to tell.
    await undoAll().catch(() => undefined);
    process.stderr.write(
      error instanceof AppError ? `\n  ${error.message}\n\n` : `${String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exit(1);
  }
  const stop = (): void => {
    process.once("SIGINT", () => process.exit(130));
    undoAll().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}
