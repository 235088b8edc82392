import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { AppError } from "@tintype/core/kernel";
import { CHANNEL, FAILED, type Frame, frameReader, writeFrame } from "./child-frame.ts";
import { bareEnvironment, moduleBeside } from "./thread.ts";

/** Why a child was ended: it took too long, grew beyond its memory, ended by itself, or because its own work threw. */
export type ChildFailure = "slow" | "hungry" | "crashed" | "failed";

export type ChildLimits = { timeoutMs: number; memoryBytes: number };

/** What a child answers to one request. */
export type Answer = { frame: Frame } | { failure: ChildFailure };

/** A child process that works on one request at a time. Once it has failed it is dead, and another must be started. */
export type Child = {
  readonly pid: number | undefined;
  /** False once it has ended. */
  isAlive(): boolean;
  ask(request: Frame, limits: ChildLimits): Promise<Answer>;
  kill(): void;
};

const POLL_MS = 200;
const START_MS = 30_000;

/** Starts `name` beside `from`, a module that calls `serveFrames`. Its parent's end is its own. */
export function startChild(name: string, from: string): Child {
  const { url, args } = moduleBeside(from, name);
  const child = spawn(process.execPath, [fileURLToPath(url), ...args], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    env: bareEnvironment(),
  });
  const channel = channelOf(child);
  let isAlive = true;
  child.once("exit", () => (isAlive = false));
  child.on("error", () => (isAlive = false));
  // A write to a child that has just died; its exit is what counts.
  channel.on("error", () => undefined);
  // An idle child does not keep the process alive; `ask` does while it waits.
  child.unref();
  channel.unref();
  const kill = (): void => {
    isAlive = false;
    child.kill("SIGKILL");
  };
  const frames: Frames = { next: undefined };
  channel.on(
    "data",
    frameReader((frame) => frames.next?.(frame)),
  );
  const ready = isReady(child, frames, name);
  // The failure to start is told to those who ask.
  ready.catch(() => undefined);
  return {
    pid: child.pid,
    isAlive: () => isAlive,
    kill,
    async ask(request, limits) {
      channel.ref();
      await ready;
      const answer = await exchange(child, frames, request, limits);
      channel.unref();
      if ("failure" in answer) kill();
      return answer;
    },
  };
}

/** Our end of the pipe. */
function channelOf(child: ChildProcess): Socket {
  const stream = child.stdio[CHANNEL];
  if (!(stream instanceof Socket)) throw new AppError("decoder_unavailable", "The system gives no more processes.");
  return stream;
}

/** What the child says, to one listener at a time. */
type Frames = { next: ((frame: Frame) => void) | undefined };

/** A child that ends before it can be asked is our fault, never the request's. */
function isReady(child: ChildProcess, frames: Frames, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      child.kill("SIGKILL");
      reject(new AppError("decoder_unavailable", `${name} did not start (exit code ${child.exitCode}, signal ${child.signalCode})`));
    };
    const timeout = setTimeout(fail, START_MS);
    child.once("exit", fail);
    child.once("error", fail);
    frames.next = () => {
      clearTimeout(timeout);
      child.off("exit", fail);
      resolve();
    };
  });
}

function exchange(child: ChildProcess, frames: Frames, request: Frame, { timeoutMs, memoryBytes }: ChildLimits): Promise<Answer> {
  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (answer: Answer): void => {
      // A look at the memory may come back when the child already works on the next request.
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timeout);
      clearInterval(poll);
      frames.next = undefined;
      child.off("exit", onExit);
      resolve(answer);
    };
    const onExit = (): void => settle({ failure: child.exitCode === FAILED ? "failed" : "crashed" });
    const timeout = setTimeout(() => settle({ failure: "slow" }), timeoutMs);
    const poll = setInterval(() => {
      void residentBytes(child.pid).then((bytes) => {
        if (bytes > memoryBytes) settle({ failure: "hungry" });
      });
    }, POLL_MS);
    frames.next = (frame) => settle({ frame });
    if (child.exitCode !== null || child.signalCode !== null) return onExit();
    child.once("exit", onExit);
    writeFrame(channelOf(child), request);
  });
}

/** Resident memory of a process. Only Linux tells it cheaply; elsewhere 0, and the caps on pixels have to do. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) * 1024;
}
