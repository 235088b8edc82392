import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** A function of the cloud shape in a process of its own, as Lambda runs it: the deployed bundle, called with one event at a time. */
export type Lambda = {
  call: <T>(event: unknown) => Promise<T>;
  /** The same where the answer is streamed: the function goes on when a piece was taken. */
  stream: (event: unknown, answer: Streamed) => Promise<void>;
  /** How long its process took to load its module, in ms. */
  initMs: () => number | undefined;
  log: () => string;
  /** Its process ends at once, as when it has taken too much memory; the next event starts another. */
  kill: () => void;
  /** The same, and waits until it has ended. */
  end: () => Promise<void>;
  pid: () => number | undefined;
};

/** Who takes a streamed answer. */
export type Streamed = {
  head: (head: { statusCode: number; headers: Record<string, string>; cookies: string[] }) => void;
  piece: (bytes: Buffer) => void | Promise<void>;
};

type Head = Parameters<Streamed["head"]>[0];
type Message<T> = { ready?: number; id?: number; head?: Head; chunk?: string; value?: T; error?: string };

export type LambdaName = "api" | "cron" | "ingest" | "migrate" | "work";

/** All that is deployed of the functions: each has the whole folder for its package. */
export const PACKAGE = new URL("../../packages/functions/dist/lambda/", import.meta.url);
const DIST = new URL("functions/dist/lambda/", PACKAGE);
/** What stands for Lambda's own program, as JavaScript: the process of a function runs plain Node, as there. */
const CHILD = fileURLToPath(new URL("../lambda-child.js", PACKAGE));

/** `npm run bundle lambda`, and the program that runs it. */
export function bundleLambda(): void {
  execFileSync("npm", ["run", "bundle", "--silent", "--", "lambda"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "ignore", "pipe"],
  });
  buildSync({
    entryPoints: [fileURLToPath(new URL("lambda-child.ts", import.meta.url))],
    outfile: CHILD,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
}

/** Starts the process with the first event, as a cold start; one that ended is started anew with the next. An event that ends it fails. */
export function createLambda(name: LambdaName, env: Record<string, string>, timeoutMs = 120_000): Lambda {
  let child: ChildProcess | undefined;
  let initMs: number | undefined;
  let log = "";
  let calls = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const start = (): ChildProcess => {
    const began = fork(CHILD, [], {
      // Not those of whoever runs the tests, who may be tsx.
      execArgv: [],
      env: { PATH: process.env["PATH"], ...env, LAMBDA_MODULE: new URL(`lambda-${name}.js`, DIST).href },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [began.stdout, began.stderr]) stream?.on("data", (chunk: Buffer) => (log += chunk.toString()));
    began.once("exit", () => (child = child === began ? undefined : child));
    return began;
  };

  const callOnce = <T>(event: unknown, answer?: Streamed): Promise<T> =>
    new Promise((resolve, reject) => {
      child ??= start();
      const running = child;
      const id = ++calls;
      const end = (settle: () => void): void => {
        running.off("message", onMessage);
        running.off("exit", onExit);
        settle();
      };
      const take = async (bytes: Buffer): Promise<void> => {
        await answer?.piece(bytes);
        if (running.connected) running.send({ taken: true });
      };
      const onMessage = (message: Message<T>): void => {
        if (message.ready !== undefined) initMs = message.ready;
        if (message.id !== id) return undefined;
        if (message.head) return answer?.head(message.head);
        if (message.chunk !== undefined) {
          take(Buffer.from(message.chunk, "base64")).catch((error: unknown) => end(() => reject(error)));
          return undefined;
        }
        return end(() => (message.error === undefined ? resolve(message.value as T) : reject(new Error(message.error))));
      };
      const onExit = (): void => end(() => reject(new Error(`lambda-${name} ended: ${log.slice(-2000)}`)));
      running.on("message", onMessage);
      running.once("exit", onExit);
      running.send({ id, event, timeoutMs });
    });

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  return {
    // One at a time, as one instance of a function does.
    call: <T>(event: unknown) => inTurn(() => callOnce<T>(event)),
    stream: (event, answer) => inTurn(() => callOnce<void>(event, answer)),
    initMs: () => initMs,
    log: () => log,
    kill: () => child?.kill("SIGKILL"),
    end: async () => {
      const ended = child && once(child, "exit");
      child?.kill("SIGKILL");
      await ended;
    },
    pid: () => child?.pid,
  };
}
