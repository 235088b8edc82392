/** How a picture is shown: its scale, 1 = fitted, and how far its centre is from the window's centre, in pixels. */
export type View = { scale: number; x: number; y: number };

/** The window and the fitted picture in it, in pixels. `max` is the largest scale. */
export type Frame = { width: number; height: number; boxWidth: number; boxHeight: number; max: number };

export type Point = { x: number; y: number };

export const FITTED: View = { scale: 1, x: 0, y: 0 };

/** A picture is shown at most this many times larger than it is: icons are not blown up to a wall of squares. */
const ENLARGED = 3;

/** The largest box of a ratio (width ÷ height) inside a window. `pixels` is the picture's own width, if known. */
export function fit(ratio: number, width: number, height: number, pixels: number | null = null): { width: number; height: number } {
  const boxWidth = Math.min(width, height * ratio, ENLARGED * (pixels ?? Infinity));
  return { width: boxWidth, height: boxWidth / ratio };
}

/** The largest useful scale: two screen pixels per pixel of the picture, at least 4. `pixels` is the picture's own width, if known. */
export function maxScale(boxWidth: number, pixels: number | null, density: number): number {
  return Math.max(4, (2 * (pixels ?? 0)) / (boxWidth * density));
}

/** The view with no edge of the picture further in than the window's; what is smaller than the window is centred. */
export function clampView(view: View, frame: Frame): View {
  const scale = Math.min(frame.max, Math.max(1, view.scale));
  const roomX = Math.max(0, (frame.boxWidth * scale - frame.width) / 2);
  const roomY = Math.max(0, (frame.boxHeight * scale - frame.height) / 2);
  return { scale, x: Math.min(roomX, Math.max(-roomX, view.x)), y: Math.min(roomY, Math.max(-roomY, view.y)) };
}

/** Zooms by `factor` so that what is under `point` (from the window's centre) stays there. */
export function zoomAt(view: View, factor: number, point: Point): View {
  return {
    scale: view.scale * factor,
    x: point.x - (point.x - view.x) * factor,
    y: point.y - (point.y - view.y) * factor,
  };
}

/** What a double tap or `z` does: from fitted to the picture's own pixels (at least double), and back. */
export function toggleZoom(view: View, frame: Frame, point: Point): View {
  if (view.scale > 1.01) return FITTED;
  return clampView(zoomAt(view, Math.min(frame.max, Math.max(2, frame.max / 2)), point), frame);
}
