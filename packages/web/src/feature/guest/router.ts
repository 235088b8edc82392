import { toast } from "./toast.ts";
import type { Show, ShowParts } from "./show.ts";

type RouterParts = Omit<ShowParts, "onMove" | "onLeave"> & { first: () => string | undefined };

/** The photo that the address names, `…/p/<id>`, in the viewer over the grid; Back leads from it to the grid. */
export function createRouter({ first, ...parts }: RouterParts) {
  const { link } = parts;
  const title = document.title;
  let show: Promise<Show> | undefined;
  let closed = false;

  const addressOf = (id?: string): string => `${link.home}${id === undefined ? "" : `/p/${id}`}${location.search}`;
  const named = (): string | undefined => /^\/s\/[^/]+\/p\/([^/]+)$/u.exec(location.pathname)?.[1];

  async function create(): Promise<Show> {
    const { openShow } = await import("./show.ts");
    return openShow({ ...parts, onMove: (id) => history.replaceState(history.state, "", addressOf(id)), onLeave: leave });
  }

  async function view(id: string): Promise<Show | undefined> {
    try {
      show ??= create();
      const opened = await show;
      if (closed) return undefined;
      opened.show(id);
      return opened;
    } catch {
      show = undefined;
      toast("Tintype cannot be reached. Check that you are online.");
      return undefined;
    }
  }

  function leave(): void {
    const fromGrid: unknown = history.state;
    if (fromGrid === "grid") return history.back();
    history.replaceState(null, "", addressOf());
    follow();
  }

  /** Shows what the address says. */
  function follow(): void {
    const id = named();
    if (id !== undefined) return void view(id);
    const last = show;
    show = undefined;
    void last?.then((each) => each.close());
    document.title = title;
  }

  function open(id: string): Promise<Show | undefined> {
    history.pushState("grid", "", addressOf(id));
    return view(id);
  }

  addEventListener("popstate", follow);
  return {
    open: (id: string) => void open(id),
    /** Shows one photo after the other, from the first or the one that is looked at. */
    async play(): Promise<void> {
      const id = named() ?? first();
      const opened = id === undefined ? undefined : await (named() === undefined ? open(id) : view(id));
      opened?.play(true);
    },
    /** A page may be opened at one of its photos. */
    start: follow,
    close(): void {
      closed = true;
      removeEventListener("popstate", follow);
      void show?.then((each) => each.close());
    },
  };
}
