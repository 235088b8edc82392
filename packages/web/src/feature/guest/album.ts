import type { Listed } from "@tintype/core/geometry";
import { createGrid } from "../../grid/grid.ts";
import { createIds, listedSource } from "../../grid/listed.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { createStore } from "../../lib/store.ts";
import { keepAll, keptText } from "../album/kept.ts";
import { createAway } from "./away.ts";
import { createBar } from "./bar.ts";
import { createCaption, createHero } from "./hero.ts";
import type { Link } from "./link.ts";
import { createRouter } from "./router.ts";
import { createSaver } from "./saver.ts";
import { toast } from "./toast.ts";
import type { Opened } from "./types.ts";
import "../../grid/grid.css";

export type Album = { close: () => void };

export type AlbumParts = {
  link: Link;
  opened: Opened;
  listed: Listed;
  /** In a frame of another page. */
  embedded: boolean;
  /** The link does not lead here any more, or wants a password again. */
  onLost: (error: unknown) => void;
};

/** Between two looks at whether something has changed, or the link was taken back. */
const LOOK_MS = 60_000;

const LOST: ReadonlySet<string> = new Set(["not_found", "password_needed", "over_budget"]);

/** The photos of a link: what stands above them, the grid, what is selected, and the viewer over it. */
export function openAlbum(host: HTMLElement, { link, opened, listed, embedded, onLost }: AlbumParts): Album {
  let ids = createIds(listed);
  let shown = listed;
  let closed = false;
  let looking = Promise.resolve();
  const status = createStore(0);

  async function listening<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!closed && error instanceof Problem && LOST.has(error.code)) onLost(error);
      throw error;
    }
  }

  const grid = createGrid(host, {
    source: listedSource(
      () => ids,
      async (wanted, signal) => listening(link.items(wanted, signal)),
    ),
    size: "m",
    scrubber: false,
    hrefOf: ({ id }) => `${link.home}/p/${id}${location.search}`,
    onOpen: ({ id }) => router.open(id),
    onView: () => undefined,
    onSelect: () => bar.tell(grid.selection.count()),
    onStale: () => void look(),
  });

  /** Takes what has changed meanwhile; one look after the other, since an answer to an earlier one may come later. */
  function refresh(): Promise<void> {
    looking = looking.catch(() => undefined).then(update);
    return looking;
  }

  async function update(): Promise<void> {
    const [next, now] = await listening(Promise.all([link.geometry(), link.open()]));
    if (closed) return;
    head.update(now);
    if (next === shown) return;
    shown = next;
    ids = createIds(next);
    await grid.setLibrary(next.geometry.chunks, 0);
    status.set(status.get() + 1);
  }

  /** The same where nothing depends on it: what cannot be asked now is asked the next time. */
  const look = async (): Promise<void> => refresh().catch(() => undefined);

  const place = async (id: string) => ids.place(id);
  const gallery = { grid, sync: { refresh }, locate: place, status };
  const saver = createSaver({ link, opened, placeOf: (id) => ids.all().indexOf(id) + 1, onEnd: () => void look() });
  const save = (id: string): void => void saver.save([id]);
  const router = createRouter({ link, opened, gallery, first: () => ids.all()[0], look, save });
  const selected = (): string[] => {
    const { runs, ids: carried } = grid.selection.runs();
    const inRuns = runs.flatMap(({ month: { month, revision }, from, to }) => ids.of({ month, revision, from, to }) ?? []);
    return [...inRuns, ...carried];
  };
  let keeping = false;
  const keep = async (wanted: readonly string[]): Promise<void> => {
    if (keeping) return;
    keeping = true;
    try {
      toast(keptText(await keepAll(wanted, link.keep)));
      grid.selection.clear();
    } catch (error) {
      toast(messageOf(error));
    }
    keeping = false;
  };
  const bar = createBar(host, {
    keep: opened.may.save && !embedded ? () => void keep(selected()) : undefined,
    download: opened.may.download ? () => void saver.save(selected()) : undefined,
    clear: () => grid.selection.clear(),
  });
  const away = createAway(host, look);
  const add = (): void => {
    away.forget();
    void import("./send.ts").then(
      ({ openSend }) => openSend({ link, opened, onSafe: () => void look() }),
      () => toast("Tintype cannot be reached. Check that you are online."),
    );
  };
  const head = embedded
    ? createCaption(link, opened)
    : createHero(link, opened, {
        download: () => void saver.save(ids.all()),
        keep: () => void keep(ids.all()),
        add,
        play: () => void router.play(),
      });
  host.classList.add("grid");
  host.toggleAttribute("data-still", !opened.may.download);
  grid.head.append(head.node);
  void grid.setLibrary(listed.geometry.chunks, 0).then(() => router.start());

  const timer = setInterval(() => !document.hidden && void look(), LOOK_MS);
  const seen = (): void => {
    if (!document.hidden) void look();
  };
  document.addEventListener("visibilitychange", seen);

  return {
    close(): void {
      closed = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      router.close();
      bar.close();
      away.close();
      grid.close();
    },
  };
}
