import { WebSocket } from "ws";

/**
 * V8's profiler in a running workerd: how many ms the isolate's program ran while `work` did, without its waiting and what workerd does around it.
 */
export type Inspector = { profile: (work: () => Promise<void>) => Promise<number>; close: () => void };

/** Names of what is no program. */
const NOTHING = new Set(["(idle)", "(program)", "(root)"]);
const INTERVAL_US = 100;
/** What is longer is no sample's time. */
const PAUSE_US = 1000;

type Node = { id: number; callFrame: { functionName: string } };
type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[] };

/** Connects to the inspector at `url`, of which the first target is the Worker. */
export async function inspect(url: URL): Promise<Inspector> {
  // The inspector's own form of telling what it inspects.
  const targets = (await (await fetch(`http://${url.host}/json`)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? "");
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  let last = 0;
  const ask = <T>(method: string, params = {}): Promise<T> =>
    new Promise((resolve) => {
      const id = ++last;
      const hear = (data: Buffer): void => {
        // The form of its answers; there are events, too.
        const answer = JSON.parse(data.toString()) as { id?: number; result: T };
        if (answer.id !== id) return;
        socket.off("message", hear);
        resolve(answer.result);
      };
      socket.on("message", hear);
      socket.send(JSON.stringify({ id, method, params }));
    });
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  return {
    profile: async (work) => {
      await ask("Profiler.start");
      await work();
      return summed((await ask<{ profile: Profile }>("Profiler.stop")).profile);
    },
    close: () => socket.close(),
  };
}

function summed({ nodes, samples, timeDeltas }: Profile): number {
  const nothing = new Set(nodes.filter(({ callFrame }) => NOTHING.has(callFrame.functionName)).map(({ id }) => id));
  // A delta is how long the sample before it was what ran; none is taken while the isolate waits, and the first after that is long.
  const us = samples.map((id, i) => {
    const delta = timeDeltas[i + 1] ?? 0;
    if (nothing.has(id)) return 0;
    return delta > PAUSE_US ? INTERVAL_US : delta;
  });
  return us.reduce((sum, one) => sum + one, 0) / 1000;
}
