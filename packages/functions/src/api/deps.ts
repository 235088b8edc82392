import type { Observe } from "@tintype/core/doctor";
import type { Ctx, Database, Log, Queue } from "@tintype/core/kernel";
import type { Found } from "@tintype/core/share";
import type { ObjectStore, Signer } from "@tintype/core/storage";
import type { Head } from "@tintype/core/timeline";
import type { Context } from "hono";

/** The store as one browser reaches it: the origin that it may fetch from, and a signer of requests to it. */
export type PublicStore = { origin: string; sign: Signer };

/** How a browser reaches the store: by itself, or through us, under `/store` of the page's own origin. */
export type Way = "direct" | "same-origin";

/** How passwords are kept, of accounts and of share links: `hash` and `verify` are slow, so that a hash that got out is no help. */
type Passwords = { hash: (password: string) => Promise<string>; verify: (password: string, hash: string) => Promise<boolean> };

/** Everything that the app needs from its runtime. */
export type Deps = {
  db: Database;
  store: ObjectStore;
  /** `origin` is that of the page (`http://192.168.1.5:3000`): on a laptop the store is on the same host, whatever name the browser used for it. */
  publicStore: (origin: URL) => PublicStore;
  /** Signs for a browser that reaches the store only through us; absent where nothing is forwarded. */
  forwarded?: ((origin: URL) => Signer) | undefined;
  /** Where the bucket is, for the owner to see: at an endpoint, and with a store of our own, in which folder of this machine. */
  place: { bucket: string; endpoint: string; folder?: string };
  queue: Queue;
  now: () => Date;
  log: Log;
  /** Signs session cookies; at least 32 random characters, the same in every process. */
  authSecret: string;
  passwords: Passwords;
  /** SHA-256 of the one-time set-up token; absent when set-up over HTTP is off. */
  setupTokenSha256?: Uint8Array | undefined;
  /** The webhook of a store: SHA-256 of its token, and the bucket whose events count; absent where the store tells us in another way. */
  hook?: { tokenSha256: Uint8Array; bucket: string; note?: (what: "seen" | "refused") => Promise<void> } | undefined;
  /** What the server sees of its store and its database; absent where both are inside it. */
  observe?: Observe | undefined;
  /** What is counted, in Prometheus's text format, and SHA-256 of the token for it; absent where nobody counts. */
  metrics?: { tokenSha256: Uint8Array; read: () => Promise<{ type: string; text: string }> } | undefined;
  /** The origin under which the app is reached, when it is fixed (`https://photos.example.org`); else each request tells. */
  origin?: string | undefined;
  /** The built web app: the file at a path such as `/index.html`; undefined when there is none. */
  web?: ((path: string) => Promise<Response | undefined>) | undefined;
};

/**
 * What the runtime hands in with each request: the network address of the client, as the socket or a trusted proxy tells it; and a queue of its own
 * where what is enqueued must be told of before the request ends; and how to finish what nobody has to wait for after the answer.
 */
export type Bindings = { address?: string | undefined; queue?: Queue; later?: (work: Promise<unknown>) => void };

export type Env = {
  Bindings: Bindings;
  /**
   * `link` where whoever asks holds one; `framedBy`, the origins that may show the answer in a frame; `head`, the newest state of the timeline of
   * whoever asks, where it is known together with who that is; `confirm`, where that was kept near them: refuses them when it is no longer so.
   */
  Variables: {
    ctx: Ctx;
    log: Log;
    requestId: string;
    origin: URL;
    store: PublicStore;
    link?: Found;
    framedBy?: readonly string[];
    head?: Head;
    confirm?: () => Promise<void>;
  };
};

/** The client's network address; undefined where the runtime hands in none, which Hono's type of `env` does not tell. */
export function addressOf(c: Context<Env>): string | undefined {
  return (c.env as Bindings | undefined)?.address;
}
