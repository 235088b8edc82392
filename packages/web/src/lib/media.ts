import { counted } from "./format.ts";

/** Of so many of which some are videos: "2 photos", "1 video", "2 photos and 1 video". */
export function mediaText(count: number, videos: number): string {
  const photos = count - videos;
  if (videos === 0) return counted(photos, "photo");
  return photos === 0 ? counted(videos, "video") : `${counted(photos, "photo")} and ${counted(videos, "video")}`;
}
