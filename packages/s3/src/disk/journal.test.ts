import * as fs from "node:fs";
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type JournalRecord, openJournal, readJournal } from "./journal.ts";

vi.mock("node:fs", { spy: true });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
});
afterEach(async () => {
  vi.resetAllMocks();
  await rm(folder, { recursive: true });
});

const record = (key: string, value?: string): JournalRecord => ({
  bucket: "photos",
  key: Buffer.from(key),
  value: value === undefined ? undefined : Buffer.from(value),
});

/** A journal of two records; `first` is where the second begins. */
async function writeTwo(): Promise<{ path: string; log: Buffer; first: number }> {
  const path = join(folder, "journal");
  const journal = await openJournal(path, 0);
  await journal.append(record("a", "1"));
  const first = journal.bytes;
  await journal.append(record("b", "2"));
  await journal.close();
  return { path, log: await readFile(path), first };
}

describe("a journal", () => {
  it("has its name on disk before it takes a record", async () => {
    const { openSync } = await vi.importActual<typeof fs>("node:fs");
    const opened: number[] = [];
    vi.mocked(fs.openSync).mockImplementation((path, ...how) => {
      const fd = openSync(path, ...how);
      if (path === folder) opened.push(fd);
      return fd;
    });
    const journal = await openJournal(join(folder, "journal"), 0);
    expect(opened).toHaveLength(1);
    expect(fs.fsync).toHaveBeenCalledWith(opened[0], expect.any(Function));
    await journal.close();
  });

  it("gives back what was appended, many at once", async () => {
    const path = join(folder, "journal");
    const journal = await openJournal(path, 0);
    const records = Array.from({ length: 500 }, (_, index) => record(`key ${index}`, index % 3 === 0 ? undefined : `value ${index}`));
    await Promise.all(records.map(async (item) => journal.append(item)));
    await journal.close();
    const log = await readFile(path);
    expect(readJournal(log)).toEqual({ records, length: log.length });
    expect(journal.bytes).toBe(log.length);
  });

  it("cut off anywhere still gives every whole record, and goes on behind the last one", async () => {
    const { path, log, first } = await writeTwo();
    for (let length = 0; length < log.length; length++) {
      expect(readJournal(log.subarray(0, length))).toEqual({
        records: length < first ? [] : [record("a", "1")],
        length: length < first ? 0 : first,
      });
    }
    await truncate(path, log.length - 1);
    const again = await openJournal(path, readJournal(await readFile(path)).length);
    await again.append(record("c"));
    await again.close();
    expect(readJournal(await readFile(path)).records).toEqual([record("a", "1"), record("c")]);
  });

  it("stops at a damaged record", async () => {
    const { path, log, first } = await writeTwo();
    log.writeUInt8(log.readUInt8(first + 10) ^ 1, first + 10);
    expect(readJournal(log)).toEqual({ records: [record("a", "1")], length: first });
    await writeFile(path, "");
    await appendFile(path, Buffer.alloc(100));
    expect(readJournal(await readFile(path)).records).toEqual([]);
  });
});
