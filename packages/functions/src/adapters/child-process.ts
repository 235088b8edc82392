import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { AppError } from "@tintype/core/kernel";
import { moduleBeside } from "./thread.ts";

/** Why a child was ended: it took too long, grew beyond its memory, or ended by itself. */
export type ChildFailure = "slow" | "hungry" | "crashed";

export type ChildLimits = { timeoutMs: number; memoryBytes: number };

/** What a child answers to one request. */
export type Answer<Result> = { result: Result } | { failure: ChildFailure };

/** A child process that works on one request at a time. Once it has failed it is dead, and another must be started. */
export type Child<Request extends object, Result> = {
  readonly pid: number | undefined;
  /** False once it has ended. */
  isAlive(): boolean;
  ask(request: Request, limits: ChildLimits): Promise<Answer<Result>>;
  kill(): void;
};

/** What a child sends once it can be asked. */
export const READY = "ready";

const POLL_MS = 50;
const START_MS = 30_000;

/** Starts `name` beside `from`; requests and answers are structured clones over its IPC channel. Its parent's end is its own. */
export function startChild<Request extends object, Result>(name: string, from: string): Child<Request, Result> {
  const { url, args } = moduleBeside(from, name);
  const child = fork(url, args, { execArgv: [], serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
  let isAlive = true;
  child.once("exit", () => (isAlive = false));
  child.on("error", () => (isAlive = false));
  // An idle child does not keep the process alive; `ask` does while it waits.
  child.unref();
  child.channel?.unref();
  const kill = (): void => {
    isAlive = false;
    child.kill("SIGKILL");
  };
  const ready = isReady(child, name);
  // The failure to start is told to those who ask.
  ready.catch(() => undefined);
  return {
    pid: child.pid,
    isAlive: () => isAlive,
    kill,
    async ask(request, limits) {
      child.channel?.ref();
      await ready;
      const answer = await exchange<Result>(child, request, limits);
      child.channel?.unref();
      if ("failure" in answer) kill();
      return answer;
    },
  };
}

/** A child that ends before it can be asked is our fault, never the request's. */
function isReady(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      child.kill("SIGKILL");
      reject(new AppError("decoder_unavailable", `${name} did not start (exit code ${child.exitCode}, signal ${child.signalCode})`));
    };
    const timeout = setTimeout(fail, START_MS);
    child.once("exit", fail);
    child.once("error", fail);
    child.once("message", () => {
      clearTimeout(timeout);
      child.off("exit", fail);
      resolve();
    });
  });
}

function exchange<Result>(child: ChildProcess, request: object, { timeoutMs, memoryBytes }: ChildLimits): Promise<Answer<Result>> {
  return new Promise((resolve) => {
    const settle = (answer: Answer<Result>): void => {
      clearTimeout(timeout);
      clearInterval(poll);
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(answer);
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the module that we started answers with a Result
    const onMessage = (message: unknown): void => settle({ result: message as Result });
    const onExit = (): void => settle({ failure: "crashed" });
    const timeout = setTimeout(() => settle({ failure: "slow" }), timeoutMs);
    const poll = setInterval(() => {
      void residentBytes(child.pid).then((bytes) => {
        if (bytes > memoryBytes) settle({ failure: "hungry" });
      });
    }, POLL_MS);
    child.on("message", onMessage);
    child.once("exit", onExit);
    child.send(request, (error) => {
      if (error) settle({ failure: "crashed" });
    });
  });
}

/** Resident memory of a process. Only Linux tells it cheaply; elsewhere 0, and the caps on pixels have to do. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) * 1024;
}
