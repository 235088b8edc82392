import * as Admin from "@tintype/core/admin";
import { AppError, type Ctx, isOutage, type Log, within } from "@tintype/core/kernel";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { StoreRequest } from "./store-s3-client.ts";

/** What is counted in this process, and how a Prometheus reads it. The names, and what they tell, stand in docs/metrics.md. */
export type Metrics = {
  /** The same log, and what its lines tell is counted. */
  counting(log: Log): Log;
  onStoreRequest: (request: StoreRequest) => void;
  /** Everything in Prometheus's text format; what the database knows is left out while it is away. */
  read(ctx: Ctx): Promise<{ type: string; text: string }>;
};

type Fields = Readonly<Record<string, unknown>>;

const METHODS: readonly unknown[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LONG = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** A scrape waits no longer for the database. */
const TIMEOUT_MS = 3000;

/** The log tells of everything that happens, each in one place: it is counted there. Labels are routes, kinds and codes, of which there are few. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const onLine = createLineCounts(registry);
  const requests = new Histogram({
    name: "tintype_store_request_seconds",
    help: "Requests to the store, tries again included",
    labelNames: ["operation", "result"],
    buckets: QUICK,
    registers: [registry],
  });
  const look = createLook(registry);
  return {
    counting: (log) => counted(log, onLine, {}),
    onStoreRequest: ({ operation, result, ms }) => requests.observe({ operation, result }, ms / 1000),
    read: async (ctx) => {
      await look(ctx);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

function counted(log: Log, onLine: (event: string, fields: Fields) => void, bound: Fields): Log {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      onLine(event, { ...bound, ...fields });
      log[level](event, fields);
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => counted(log.with(fields), onLine, { ...bound, ...fields }),
  };
}

/** How a line of the log is counted. */
function createLineCounts(registry: Registry): (event: string, fields: Fields) => void {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) => new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], ...labelNames: string[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });
  const http = histogram("tintype_http_request_seconds", "Answered requests", QUICK, "method", "route", "status");
  const seconds = histogram("tintype_job_seconds", "Jobs that were done", LONG, "kind");
  const jobs = counter("tintype_jobs_total", "Jobs that were worked on", "kind", "outcome");
  const ingests = counter("tintype_ingest_total", "Objects that were looked at", "outcome");
  const messages = counter("tintype_hook_messages_total", "Messages of the store's webhook", "outcome");
  const hints = counter("tintype_hook_hints_total", "Hints of the store's webhook that were durably queued");
  const errors = counter("tintype_errors_total", "Errors that were logged", "code");

  const ended = (outcome: string) => (fields: Fields) => jobs.inc({ kind: textOf(fields["kind"]), outcome });
  const lines: Readonly<Record<string, (fields: Fields) => void>> = {
    request: ({ method, route, status, ms }) => {
      const labels = { method: METHODS.includes(method) ? textOf(method) : "other", route: textOf(route), status: textOf(status) };
      http.observe(labels, Number(ms) / 1000);
    },
    "job done": (fields) => {
      ended("done")(fields);
      seconds.observe({ kind: textOf(fields["kind"]) }, Number(fields["ms"]) / 1000);
    },
    "job done, but its lease was lost": ended("lost"),
    "job failed": ended("failed"),
    "job put off": ended("put_off"),
    "job is dead": ended("dead"),
    ingested: ({ kind }) => ingests.inc({ outcome: textOf(kind) }),
    "ingest given up": () => ingests.inc({ outcome: "given_up" }),
    "message refused": ({ why }) => messages.inc({ outcome: textOf(why).replaceAll(" ", "_") }),
    "hints queued": (fields) => {
      messages.inc({ outcome: "taken" });
      hints.inc(Number(fields["hints"]));
    },
  };
  return (event, fields) => {
    lines[event]?.(fields);
    const code = codeOf(event, fields);
    if (code !== undefined) errors.inc({ code });
  };
}

/** The code of the error that a line tells of; `internal` is a bug. */
function codeOf(event: string, { error, code }: Fields): string | undefined {
  if (event === "unavailable") return textOf(code);
  if (error === undefined && event !== "bug") return undefined;
  return error instanceof AppError ? error.code : "internal";
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "unknown";
}

/** What is looked up when it is asked for. */
function createLook(registry: Registry): (ctx: Ctx) => Promise<void> {
  const gauge = (name: string, help: string, ...labelNames: string[]) => new Gauge({ name, help, labelNames, registers: [registry] });
  const up = gauge("tintype_database_up", "Whether the database answered this scrape");
  const jobs = gauge("tintype_queue_jobs", "Jobs in the queue", "kind", "state");
  const wait = gauge("tintype_queue_oldest_seconds", "How long the oldest due job has waited", "kind");
  const uploads = gauge("tintype_uploads", "Uploads of the last month", "state");
  return async (ctx) => {
    for (const each of [jobs, wait, uploads]) each.reset();
    const found = await within(TIMEOUT_MS, Promise.all([Admin.jobs(ctx), Admin.uploads(ctx)])).catch((error: unknown) => {
      if (!isOutage(error)) throw error;
      return undefined;
    });
    up.set(found ? 1 : 0);
    for (const { kind, due, running, later, putOff, dead, dueSince } of found?.[0] ?? []) {
      for (const [state, count] of Object.entries({ due, running, later, put_off: putOff, dead })) jobs.set({ kind, state }, count);
      wait.set({ kind }, dueSince === null ? 0 : Math.max(0, (ctx.now().getTime() - Date.parse(dueSince)) / 1000));
    }
    for (const { state, count } of found?.[1] ?? []) uploads.set({ state }, count);
  };
}
