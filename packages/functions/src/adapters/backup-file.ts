import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { AppError, jsonIn } from "@tintype/core/kernel";
import { z } from "zod";
import type { DumpedRows } from "./db-dump.ts";
import { codeOf } from "./error-code.ts";

/** The first line of a backup: what it is of, so that a person who unpacks it can tell. */
const Head = z.object({
  tintype: z.literal("backup"),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  bucket: z.string(),
  migrations: z.array(z.string()),
});
export type BackupHead = Omit<z.infer<typeof Head>, "tintype" | "version">;

/** Rows stay text: read and written anew, a number of 64 bits would lose some. */
const ROWS = /^\{"table":"(?<table>\w+)","rows":(?<rows>\[.*\])\}$/su;
const Rows = z.array(z.unknown());
const End = z.object({ end: z.literal(true), rows: z.int(), sha256: z.string() });

/** Where a backup is written to, line by line. */
export type BackupWriter = { head(head: BackupHead): Promise<void>; rows(rows: DumpedRows): Promise<void> };

/**
 * Writes a backup to `path`: gzip; its head, a line of JSON for each thousand rows, then their number and the SHA-256 of all lines before. It
 * is there, and on the disk, whole or not at all. Throws AppError `conflict` when there is a file, `invalid` when it cannot be written.
 */
export async function writeBackup(path: string, work: (to: BackupWriter) => Promise<void>): Promise<{ rows: number }> {
  const temp = `${path}.${process.pid}.tmp`;
  const lines = new PassThrough();
  const hash = createHash("sha256");
  let count = 0;
  const line = async (text: string): Promise<void> => {
    hash.update(`${text}\n`);
    if (!lines.write(`${text}\n`)) await Promise.race([new Promise((resolve) => lines.once("drain", resolve)), written]);
  };
  const written = pipeline(lines, createGzip(), createWriteStream(temp, { flags: "wx", mode: 0o600, flush: true }));
  // What fails there is told by the write that waits for it, or at the end.
  written.catch(() => undefined);
  try {
    await work({
      head: (head) => line(JSON.stringify({ tintype: "backup", version: 1, ...head })),
      rows: ({ table, rows, count: more }) => {
        count += more;
        return line(`{"table":"${table}","rows":${rows}}`);
      },
    });
    lines.end(`${JSON.stringify({ end: true, rows: count, sha256: hash.digest("hex") })}\n`);
    await written;
    // Unlike a rename, it replaces nothing.
    await link(temp, path);
    await syncFolder(dirname(path));
    return { rows: count };
  } catch (cause) {
    throw fault(cause, path);
  } finally {
    lines.destroy();
    await rm(temp, { force: true });
  }
}

/**
 * Reads a backup from its start to its end. Throws AppError `invalid` when it is none or is damaged; that may come last, so what is done with
 * its rows must be undone then.
 */
export async function readBackup<T>(path: string, work: (head: BackupHead, rows: AsyncIterable<DumpedRows>) => Promise<T>): Promise<T> {
  const gunzip = createGunzip();
  const file = createReadStream(path);
  const read = pipeline(file, gunzip);
  read.catch(() => undefined);
  const lines = createInterface({ input: gunzip, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const hash = createHash("sha256");
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done !== true) return line.value;
    // Why it came to an end.
    await read;
    throw damaged();
  };
  try {
    const first = await next();
    const head = Head.safeParse(jsonIn(first));
    if (!head.success) throw new AppError("invalid", `${path} is no backup that this version of Tintype can read.`);
    hash.update(`${first}\n`);
    return await work(head.data, rowsOf(next, hash));
  } catch (cause) {
    throw fault(cause, path);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

async function* rowsOf(next: () => Promise<string>, hash: ReturnType<typeof createHash>): AsyncGenerator<DumpedRows> {
  for (let count = 0; ;) {
    const text = await next();
    const end = End.safeParse(text.startsWith('{"end"') ? jsonIn(text) : undefined);
    if (end.success) {
      if (end.data.rows !== count || end.data.sha256 !== hash.digest("hex")) throw damaged();
      return;
    }
    const found = ROWS.exec(text)?.groups;
    if (!found) throw damaged();
    hash.update(`${text}\n`);
    const [table = "", rows = ""] = [found["table"], found["rows"]];
    const parsed = Rows.safeParse(jsonIn(rows));
    if (!parsed.success) throw damaged();
    count += parsed.data.length;
    yield { table, rows, count: parsed.data.length };
  }
}

function damaged(): AppError {
  return new AppError("invalid", "The backup is damaged or not complete. Nothing was changed; use another one.");
}

function fault(cause: unknown, path: string): unknown {
  const code = codeOf(cause);
  if (code === "EEXIST") return new AppError("conflict", `${path} is there already. Choose another name.`, { cause });
  if (code.startsWith("Z_")) return damaged();
  if (code === "ENOSPC") return new AppError("storage_full", `The disk of ${path} is full.`, { cause });
  if (/^E[A-Z]+$/u.test(code)) return new AppError("invalid", `${path} cannot be used (${code}).`, { cause });
  return cause;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
