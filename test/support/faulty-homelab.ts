import { createClient, type Client, setUp } from "./client.ts";
import { type FaultyHttp, startFaultyHttp } from "./http-fault.ts";
import { type Homelab, type HomelabOptions, startHomelab } from "./homelab.ts";
import type { Program } from "./program.ts";
import { type Line, startToxiproxy } from "./toxiproxy.ts";

/** A homelab in which everything between the app and its store and database can be made to fail. Browsers reach the store by `uploads`. */
export type FaultyHomelab = {
  homelab: Homelab;
  client: Client;
  program: Program;
  /** What the app hears of the store, byte by byte, and request by request. */
  storeLine: Line;
  storeHttp: FaultyHttp;
  databaseLine: Line;
  /** Signed requests of browsers. */
  uploads: FaultyHttp;
  heal(): Promise<void>;
  stop(): Promise<void>;
};

/** A request that is not answered in this time hangs. */
const ANSWER_LIMIT_MS = 60_000;

/** Starts all of it and sets the library up. */
export async function startFaultyHomelab(options: HomelabOptions = {}, env: Record<string, string> = {}): Promise<FaultyHomelab> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const homelab = await startHomelab(options);
    undo.push(() => homelab.stop());
    const toxiproxy = await startToxiproxy();
    undo.push(() => toxiproxy.stop());
    const storeHttp = await startFaultyHttp(homelab.store.options.endpoint);
    const uploads = await startFaultyHttp(homelab.store.options.endpoint);
    undo.push(
      () => storeHttp.stop(),
      () => uploads.stop(),
    );
    const storeLine = await toxiproxy.line("store", Number(new URL(storeHttp.url).port));
    const databaseLine = await toxiproxy.line("database", Number(new URL(homelab.database.url).port));
    const program = await homelab.start({
      S3_ENDPOINT: `http://127.0.0.1:${storeLine.port}`,
      S3_PUBLIC_ENDPOINT: uploads.url,
      DATABASE_URL: homelab.database.url.replace(/:\d+\//u, `:${databaseLine.port}/`),
      SWEEP_INTERVAL: "5",
      ...env,
    });
    undo.push(() => program.kill());
    const client = createClient(program.url, await setUp(program.url, program.token ?? ""), ANSWER_LIMIT_MS);
    const heal = async (): Promise<void> => {
      storeHttp.spoil(undefined);
      uploads.spoil(undefined);
      await storeLine.heal();
      await databaseLine.heal();
    };
    return { homelab, client, program, storeLine, storeHttp, databaseLine, uploads, heal, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
