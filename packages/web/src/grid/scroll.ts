/** The tallest scroll box that every browser takes: Firefox collapses elements above 17.8 million pixels. */
export const TALLEST_BOX = 12_000_000;

/** Tiles are placed relative to an origin near the window, since compositors calculate in single precision. */
const REBASE = 200_000;

/** Quiet time after which a mapped scroll box is put back in proportion. */
const SETTLE_MS = 200;

export type Scroll = ReturnType<typeof createScroll>;

/**
 * A scroll box over content of any height. Below 12 million pixels it is the browser's own scrolling. Above, the box is shorter than its
 * content: small steps move the content one to one, leaps (scroll bar, jump) are mapped in proportion, and when it is quiet the box is put
 * back where the proportion says. `onScroll` follows what a person scrolls, not what is moved by `moveTo`. Offsets are those of the content:
 * as long as what lies above it is in view they are negative.
 */
export function createScroll(box: HTMLElement, sizer: HTMLElement, layer: HTMLElement, onScroll: () => void) {
  /** Of the content, and of what lies above it. */
  let content = 0;
  let head = 0;
  /** How much further down the content is than the box. */
  let shift = 0;
  let lastTop = 0;
  let origin = 0;
  let settle = 0;

  const total = () => head + content;
  const boxHeight = () => Math.min(total(), TALLEST_BOX);
  const mapped = () => total() > TALLEST_BOX;
  /** How far everything can be scrolled, and how far that is. */
  const way = () => Math.max(0, total() - box.clientHeight);
  const position = () => Math.min(Math.max(0, box.scrollTop + shift), way());
  const proportion = () => way() / Math.max(1, boxHeight() - box.clientHeight);
  const range = () => way() - head;
  const offset = () => position() - head;

  function placeLayer(): void {
    layer.style.top = `${head + origin - shift}px`;
  }

  /** Moves the box without moving the content. */
  function rebox(): void {
    if (!mapped()) return;
    const at = position();
    lastTop = Math.round(at / proportion());
    shift = at - lastTop;
    box.scrollTop = lastTop;
    placeLayer();
  }

  function handle(): void {
    const top = box.scrollTop;
    if (top === lastTop) return;
    if (mapped()) {
      const leap = Math.abs(top - lastTop) > box.clientHeight * 2;
      if (leap) shift = Math.round(top * proportion()) - top;
      const atEnd = top <= 0 || top >= boxHeight() - box.clientHeight - 1;
      if (leap) placeLayer();
      clearTimeout(settle);
      lastTop = top;
      if (atEnd && !leap) rebox();
      else settle = setTimeout(rebox, SETTLE_MS);
    }
    lastTop = top;
    onScroll();
  }

  box.addEventListener("scroll", handle, { passive: true });

  return {
    offset,
    range,
    /** Where the layer's own zero lies in the content; tiles are placed relative to it. */
    origin: () => origin,
    /** The height of the content, and of what lies above it. */
    setHeight(height: number, above: number = head): void {
      const at = offset();
      // Where one is at the very top, that stays in view.
      const atTop = position() === 0;
      content = height;
      head = above;
      sizer.style.height = `${boxHeight()}px`;
      if (!mapped()) shift = 0;
      this.moveTo(atTop ? -head : at);
    },
    /** Shows the content from `y` on. */
    moveTo(y: number): void {
      const at = Math.min(Math.max(0, Math.round(y) + head), way());
      const top = mapped() ? Math.round(at / proportion()) : at;
      shift = at - top;
      lastTop = top;
      box.scrollTop = top;
      placeLayer();
    },
    /** Takes a new origin when the window has left the old one far behind. */
    rebase(): void {
      if (Math.abs(offset() - origin) < REBASE) return;
      origin = Math.round(offset());
      placeLayer();
    },
    close(): void {
      clearTimeout(settle);
      box.removeEventListener("scroll", handle);
    },
  };
}
