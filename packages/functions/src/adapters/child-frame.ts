import { Socket } from "node:net";

/** What a parent and its child tell each other: a little JSON and some byte arrays. */
export type Frame = { head: unknown; parts: readonly Uint8Array[] };

/*
 * On the wire: u32 little-endian length of a JSON text {head, sizes}, that text, then the parts one after the other. Node's own IPC would copy
 * megabytes of photo several times over on either side, and each copy brings the next garbage collection nearer.
 */

/** The child's end of the pipe, a descriptor that nothing else touches. */
export const CHANNEL = 3;
/** The exit code of a child whose work threw: its own failure, where hostile bytes crash it or never end. */
export const FAILED = 70;
const LENGTH = 4;

/** Writes a frame; the parts are not copied, and must stay as they are until it has been answered. */
export function writeFrame(to: { cork(): void; write(chunk: Uint8Array): boolean; uncork(): void }, { head, parts }: Frame): void {
  const text = Buffer.from(JSON.stringify({ head, sizes: parts.map((part) => part.length) }));
  const prefix = Buffer.alloc(LENGTH);
  prefix.writeUInt32LE(text.length);
  to.cork();
  for (const buffer of [prefix, text, ...parts]) if (buffer.length > 0) to.write(buffer);
  to.uncork();
}

/** Takes chunks as they come, and hands out frames when they are whole; each has memory of its own. */
export function frameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let into = Buffer.alloc(LENGTH);
  let at = 0;
  let told: { head: unknown; sizes: number[] } | undefined;
  let isText = false;

  const expect = (length: number): void => {
    into = Buffer.allocUnsafeSlow(length);
    at = 0;
  };
  /** What was expected is whole: a length, the text, or the parts. */
  const advance = (): void => {
    if (told) {
      const frame = { head: told.head, parts: cut(into, told.sizes) };
      told = undefined;
      expect(LENGTH);
      onFrame(frame);
    } else if (isText) {
      isText = false;
      told = parseHead(into);
      expect(told.sizes.reduce((sum, size) => sum + size, 0));
      if (into.length === 0) advance();
    } else {
      isText = true;
      expect(into.readUInt32LE());
    }
  };
  return (chunk) => {
    for (let from = 0; from < chunk.length;) {
      const taken = chunk.copy(into, at, from);
      from += taken;
      at += taken;
      if (at === into.length) advance();
    }
  };
}

/** A child's life: says that it is ready, and then works on one frame after the other until its parent goes, or until its work throws. */
export function serveFrames(work: (frame: Frame) => Promise<Frame>): void {
  const parent = new Socket({ fd: CHANNEL });
  parent.on(
    "data",
    frameReader((frame) => void work(frame).then((answer) => writeFrame(parent, answer), die)),
  );
  parent.on("close", () => process.exit());
  parent.on("error", () => process.exit());
  writeFrame(parent, { head: "ready", parts: [] });
}

function die(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
  process.exit(FAILED);
}

function parseHead(text: Buffer): { head: unknown; sizes: number[] } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends write it with writeFrame
  return JSON.parse(text.toString()) as { head: unknown; sizes: number[] };
}

function cut(body: Buffer, sizes: readonly number[]): Uint8Array[] {
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return body.subarray(at - size, at);
  });
}
