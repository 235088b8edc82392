import { monthAt, sourceOf, type Library, type Month } from "./library.ts";

/** Whether none, some or all of something is selected. */
export type Share = "none" | "some" | "all";

/** Loaded items: those of a month's chunk, at one of its revisions, from an index on. */
type Loaded = { range: { month: number; revision: number; from: number }; items: readonly { id: string }[] };

/** A bit per asset of a month's chunk, as bytes. */
type Marks = { month: Month; bits: Uint8Array; count: number };

export type Selection = ReturnType<typeof createSelection>;

/**
 * Which assets of a library are selected, by their place, so that photos that were never loaded can be selected as well. When a chunk is
 * replaced, assets whose ids are known are found again where their items are loaded, else carried over until they are; of the others those
 * in unchanged days stay selected, and the rest is let go, since nobody could say which photos they were.
 */
export function createSelection(onChange: () => void) {
  const marks = new Map<number, Marks>();
  const carried = new Set<string>();
  let library: Library | undefined;
  let era = 0;
  let count = 0;

  function marksOf(month: Month): Marks {
    const known = marks.get(month.month);
    if (known) return known;
    const made = { month, bits: new Uint8Array(month.assets), count: 0 };
    marks.set(month.month, made);
    return made;
  }

  function mark(month: Month, index: number, on: boolean): void {
    if (index < 0) return;
    const own = on ? marksOf(month) : marks.get(month.month);
    if (!own || own.bits[index] === Number(on)) return;
    own.bits[index] = Number(on);
    own.count += on ? 1 : -1;
    count += on ? 1 : -1;
  }

  function has(slot: number): boolean {
    if (!library || count === 0) return false;
    const { month, index } = sourceOf(library, slot);
    return index >= 0 && marks.get(month.month)?.bits[index] === 1;
  }

  function each(from: number, to: number, visit: (month: Month, index: number) => void): void {
    if (!library) return;
    for (let at = monthAt(library, from); at < library.months.length && library.first[at]! < to; at++) {
      const month = library.months[at]!;
      const first = library.first[at]!;
      const end = Math.min(to - first, month.ratios.length);
      for (let local = Math.max(0, from - first); local < end; local++) visit(month, month.source ? month.source[local]! : local);
    }
  }

  return {
    has,
    count: () => count + carried.size,
    /** Selects or deselects the slots from `from` up to, not with, `to`. Pending tiles cannot be selected. */
    set(from: number, to: number, on: boolean): void {
      each(from, to, (month, index) => mark(month, index, on));
      onChange();
    },
    /** Selects several ranges of slots at once. */
    add(ranges: readonly (readonly [from: number, to: number])[]): void {
      for (const [from, to] of ranges) each(from, to, (month, index) => mark(month, index, true));
      onChange();
    },
    /** How much of a range of slots is selected. */
    share(from: number, to: number): Share {
      if (count === 0) return "none";
      let on = 0;
      let all = 0;
      each(from, to, (month, index) => {
        if (index < 0) return;
        all++;
        on += marks.get(month.month)?.bits[index] ?? 0;
      });
      if (on === 0) return "none";
      return on === all ? "all" : "some";
    },
    clear(): void {
      marks.clear();
      carried.clear();
      count = 0;
      onChange();
    },
    /** Another number whenever slots have become other photos': whoever keeps one keeps this with it. */
    era: () => era,
    /**
     * A copy of what is selected, to come back to while a marquee is drawn. Once the library is another one, only nothing can be come
     * back to: otherwise everything stays selected.
     */
    save(): () => void {
      const saved = [...marks].map(([key, own]) => [key, { ...own, bits: own.bits.slice() }] as const);
      const savedCarried = [...carried];
      const savedCount = count;
      const savedEra = era;
      return () => {
        if (era !== savedEra && savedCount + savedCarried.length > 0) return;
        marks.clear();
        carried.clear();
        for (const [key, own] of saved) marks.set(key, { ...own, bits: own.bits.slice() });
        for (const id of savedCarried) carried.add(id);
        count = savedCount;
      };
    },
    /** Selected runs of each month's chunk, and the ids that are known to be selected but not where. */
    runs(): { runs: { month: Month; from: number; to: number }[]; ids: string[] } {
      const runs: { month: Month; from: number; to: number }[] = [];
      for (const { month, bits } of marks.values()) {
        for (let from = bits.indexOf(1); from >= 0;) {
          const end = bits.indexOf(0, from);
          const to = end < 0 ? bits.length : end;
          runs.push({ month, from, to });
          from = bits.indexOf(1, to);
        }
      }
      return { runs, ids: [...carried] };
    },
    /** Takes over a changed library; `idOf` tells ids of the old one where they are known, `loaded` what is loaded of either. */
    follow(next: Library, idOf: (month: Month, index: number) => string | undefined, loaded: Iterable<Loaded>): void {
      if (!library || !sameSlots(library, next)) era++;
      library = next;
      if (count + carried.size === 0) return;
      const chunks = new Map(next.months.map((month) => [month.month, month]));
      for (const [key, own] of marks) {
        const now = chunks.get(key);
        if (now && now.revision === own.month.revision) own.month = now;
        else {
          marks.delete(key);
          count -= own.count;
          carryOver(own, now, idOf);
        }
      }
      if (carried.size > 0) settle(loaded);
      onChange();
    },
    /** Finds carried assets again among items that have come. */
    find(loaded: Iterable<Loaded>): void {
      if (carried.size > 0 && settle(loaded)) onChange();
    },
  };

  /** Marks what is carried in its place, as far as that is loaded; true when there was some. A copy from before would carry it again. */
  function settle(loaded: Iterable<Loaded>): boolean {
    const before = carried.size;
    const months = new Map(library?.months.map((month) => [month.month, month]));
    for (const { range, items } of loaded) {
      const month = months.get(range.month);
      if (month?.revision !== range.revision) continue;
      for (const [i, { id }] of items.entries()) if (carried.delete(id)) mark(month, range.from + i, true);
    }
    if (carried.size < before) era++;
    return carried.size < before;
  }

  function carryOver(own: Marks, now: Month | undefined, idOf: (month: Month, index: number) => string | undefined): void {
    const unchanged = now ? unchangedDays(own.month, now) : [];
    for (let index = own.bits.indexOf(1); index >= 0; index = own.bits.indexOf(1, index + 1)) {
      const id = idOf(own.month, index);
      const day = id ? undefined : unchanged.find(({ begin, end }) => index >= begin && index < end);
      if (id) carried.add(id);
      else if (now && day) mark(now, index + day.shift, true);
    }
  }
}

/** Whether every slot is the same photo's in both, or a pending tile's in both. */
function sameSlots(before: Library, after: Library): boolean {
  return (
    before.count === after.count &&
    before.months.length === after.months.length &&
    before.months.every((a, m) => {
      const b = after.months[m]!;
      if (a === b) return true;
      if (a.month !== b.month || a.revision !== b.revision || a.ratios.length !== b.ratios.length) return false;
      return a.source === b.source || (a.source?.every((index, i) => index === (b.source ? b.source[i] : i)) ?? false);
    })
  );
}

/** The days of a chunk that its successor has with the same ratios, and how far their indexes have moved. */
function unchangedDays(before: Month, after: Month): { begin: number; end: number; shift: number }[] {
  const twins = new Map(assetDays(after).map((day) => [day.day, day]));
  return assetDays(before).flatMap(({ day, begin, ratios }) => {
    const twin = twins.get(day);
    const same = twin && twin.ratios.length === ratios.length && twin.ratios.every((ratio, i) => ratio === ratios[i]);
    return same ? [{ begin, end: begin + ratios.length, shift: twin.begin - begin }] : [];
  });
}

/** The days of a chunk without its pending tiles. */
function assetDays(month: Month): { day: number; begin: number; ratios: Uint8Array }[] {
  let begin = 0;
  return Array.from(month.days, (day, d) => {
    const from = month.dayStart[d]!;
    const { source } = month;
    const ratios = month.ratios.subarray(from, month.dayStart[d + 1]).filter((_, i) => !source || source[from + i]! >= 0);
    begin += ratios.length;
    return { day, begin: begin - ratios.length, ratios };
  });
}
