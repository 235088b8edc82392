/** The canvas transform that shows a w × h picture upright, for each EXIF orientation 1 to 8. */
export function uprightTransform(orientation: number, width: number, height: number): [number, number, number, number, number, number] {
  const w = width;
  const h = height;
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, w, 0];
    case 3:
      return [-1, 0, 0, -1, w, h];
    case 4:
      return [1, 0, 0, -1, 0, h];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, h, 0];
    case 7:
      return [0, -1, -1, 0, h, w];
    case 8:
      return [0, -1, 1, 0, 0, w];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}

/** True where width and height change places. */
export function isTurned(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/** The centred part of a w × h thumbnail that has the picture's own ratio: cameras pad thumbnails with black bars. */
export function unpadded(width: number, height: number, ratio: number): { x: number; y: number; width: number; height: number } {
  const own = width / height;
  if (Math.abs(own / ratio - 1) < 0.02) return { x: 0, y: 0, width, height };
  const cut = own > ratio ? { width: height * ratio, height } : { width, height: width / ratio };
  return { x: (width - cut.width) / 2, y: (height - cut.height) / 2, ...cut };
}
