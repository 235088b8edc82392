import sharp from "sharp";

/** A small JPEG of one colour; another shade gives other bytes. */
export function plainPicture(shade: number): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: { r: shade, g: 9, b: 9 } } })
    .jpeg()
    .toBuffer();
}
