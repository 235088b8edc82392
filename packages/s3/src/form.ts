import { S3Error } from "./error.ts";

/** A form as browsers post it: its fields up to the file, and the file as it comes. */
export type Form = {
  /** By lower-case name. */
  fields: ReadonlyMap<string, string>;
  fileName: string;
  file: AsyncIterable<Buffer>;
};

const FIELD_BYTES = 20 * 1024;
const CRLF = Buffer.from("\r\n");

/**
 * Reads `multipart/form-data` up to the first file, which must be the field `file`; S3 ignores what follows it. Throws MalformedPOSTRequest.
 */
export async function readForm(source: AsyncIterable<Buffer>, contentType: string): Promise<Form> {
  const boundary = /^multipart\/form-data\s*;.*?\bboundary="?([^\s";]{1,70})"?/iu.exec(contentType)?.[1];
  if (boundary === undefined) throw new S3Error("MalformedPOSTRequest");
  const input = scanner(source);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line break before it.
  input.unread(CRLF);
  await input.until(delimiter, FIELD_BYTES);
  const fields = new Map<string, string>();
  let total = 0;
  for (;;) {
    const rest = (await input.until(CRLF, 1024)).toString("latin1");
    if (rest.trim() !== "") throw new S3Error("MalformedPOSTRequest");
    const head = await readHead(input);
    if (head.name === "file") return { fields, fileName: head.fileName ?? "", file: input.stream(delimiter) };
    const value = (await input.until(delimiter, FIELD_BYTES)).toString("utf8");
    total += value.length + head.name.length;
    if (total > FIELD_BYTES) throw new S3Error("MaxMessageLengthExceeded");
    fields.set(head.name, value);
  }
}

async function readHead(input: Scanner): Promise<{ name: string; fileName: string | undefined }> {
  let name: string | undefined;
  let fileName: string | undefined;
  for (;;) {
    const line = (await input.until(CRLF, FIELD_BYTES)).toString("utf8");
    if (line === "") break;
    if (!/^content-disposition:/iu.test(line)) continue;
    name = parameter(line, "name");
    fileName = parameter(line, "filename");
  }
  if (name === undefined) throw new S3Error("MalformedPOSTRequest");
  return { name: name.toLowerCase(), fileName };
}

/** A parameter of a header; browsers write a quote inside as `%22`. */
function parameter(line: string, name: string): string | undefined {
  const match = new RegExp(`[;\\s]${name}="([^"]*)"`, "iu").exec(line) ?? new RegExp(`[;\\s]${name}=([^;\\s]+)`, "iu").exec(line);
  return match?.[1]?.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
}

type Scanner = {
  unread(bytes: Buffer): void;
  /** What comes before `mark`, which is taken away. Throws when it does not come within `limit` bytes. */
  until(mark: Buffer, limit: number): Promise<Buffer>;
  /** What comes before `mark`, piece by piece. */
  stream(mark: Buffer): AsyncGenerator<Buffer, void>;
};

function scanner(source: AsyncIterable<Buffer>): Scanner {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const next = await iterator.next();
    if (next.done === true) throw new S3Error("MalformedPOSTRequest", "The form ends too early.");
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
  }

  return {
    unread(bytes) {
      rest = Buffer.concat([bytes, rest]);
    },
    async until(mark, limit) {
      let at = rest.indexOf(mark);
      while (at < 0) {
        if (rest.length > limit + mark.length) throw new S3Error("MaxMessageLengthExceeded");
        await more();
        at = rest.indexOf(mark);
      }
      const before = rest.subarray(0, at);
      rest = rest.subarray(at + mark.length);
      return before;
    },
    async *stream(mark) {
      for (let at = rest.indexOf(mark); ; at = rest.indexOf(mark)) {
        if (at >= 0) {
          yield rest.subarray(0, at);
          return;
        }
        // The mark may begin in the last bytes: they are kept back.
        const sure = Math.max(0, rest.length - mark.length + 1);
        yield rest.subarray(0, sure);
        rest = rest.subarray(sure);
        await more();
      }
    },
  };
}
