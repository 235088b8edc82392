import type { Timeline } from "../timeline/timeline.ts";
export default function Viewer(_: { timeline: Timeline; id: string }) {
  return null;
}
