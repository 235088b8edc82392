import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { codeOf } from "./error-code.ts";

/** PGlite's files in a folder, with an fsync that reaches the disk. */
export function durableFiles(dir: string): NodeFS {
  return new DurableFiles(dir);
}

/** Emscripten calls `stream_ops.fsync` when there is one, and its NODEFS has none: this is the missing one. */
class DurableFiles extends NodeFS {
  override async init(...[pg, given]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, given);
    const addFsync = (module: object): void => {
      const { FS } = asNodeModule(module);
      FS.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
        if (!syncDescriptor(nfd)) throw new FS.ErrnoError(EIO);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
  }
}

type Stream = { nfd: number };
type NodeModule = {
  FS: { ErrnoError: new (errno: number) => Error; filesystems: { NODEFS: { stream_ops: { fsync?: (stream: Stream) => number } } } };
};

/** WASI's number: Postgres panics on it, as it must when a disk does not keep what was written. */
const EIO = 29;

/** Guarantee: Emscripten's module in Node, which mounted NODEFS in `super.init`; PGlite's types know no file systems. */
function asNodeModule(module: object): NodeModule {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return module as NodeModule;
}

/** False when the disk refused. */
function syncDescriptor(file: number): boolean {
  try {
    fsyncSync(file);
    return true;
  } catch (error) {
    return isDirectoryRefusal(error);
  }
}

/** Some file systems (SMB, all of Windows) cannot sync a directory and say so with these codes. */
function isDirectoryRefusal(error: unknown): boolean {
  return ["EINVAL", "EPERM", "EISDIR", "EBADF", "ENOTSUP"].includes(codeOf(error));
}

/** The tar archive of an empty cluster. */
export function readTemplate(template: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(brotliDecompressSync(readFileSync(template)));
}

/**
 * Makes `dir` a cluster unless it is one. Whole or not at all: it is unpacked beside, synced, and renamed. An empty folder may be in the way;
 * one with something in it is not ours to remove, and throws.
 */
export function unpackTemplate(template: string, dir: string): void {
  if (existsSync(join(dir, "PG_VERSION"))) return;
  if (existsSync(dir) && readdirSync(dir).length > 0) throw new Error("files are missing");
  const fresh = `${dir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  for (const { name, data } of untar(readTemplate(template))) {
    const path = join(fresh, name);
    if (!data) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileDurably(path, data);
  }
  for (const folder of [fresh, ...folders(fresh)]) syncFolder(folder);
  if (existsSync(dir)) rmdirSync(dir);
  renameSync(fresh, dir);
  syncFolder(dirname(dir));
}

function folders(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function writeFileDurably(path: string, data: Uint8Array): void {
  const file = openSync(path, "w", 0o600);
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
  fsyncSync(file);
  closeSync(file);
}

function syncFolder(path: string): void {
  try {
    const folder = openSync(path, "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    if (!isDirectoryRefusal(error)) throw error;
  }
}

const BLOCK = 512;

/** The entries of a ustar archive; `data` is absent for a directory. */
function* untar(tar: Uint8Array): Generator<{ name: string; data?: Uint8Array }> {
  const text = new TextDecoder();
  const field = (at: number, length: number): string => text.decode(tar.subarray(at, at + length)).replace(/\0.*$/su, "");
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const size = Number.parseInt(field(at + 124, 12), 8);
    const prefix = field(at + 345, 155);
    const name = `${prefix && `${prefix}/`}${field(at, 100)}`;
    const isFolder = field(at + 156, 1) === "5";
    yield isFolder ? { name } : { name, data: tar.subarray(at + BLOCK, at + BLOCK + size) };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
