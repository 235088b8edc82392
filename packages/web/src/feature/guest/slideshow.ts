/** How long a photo is shown; a video is shown to its end, or for so long. */
const PHOTO_MS = 5_000;
const VIDEO_MS = 60_000;

type Parts = { stage: HTMLElement; next: () => void; onChange: (on: boolean) => void };

/** Goes on by itself, as long as it is on and somebody looks. */
export function createSlideshow({ stage, next, onChange }: Parts) {
  let on = false;
  let timer = 0;

  /** The time of what is looked at begins anew. */
  function again(): void {
    clearTimeout(timer);
    if (!on || document.hidden) return;
    timer = setTimeout(step, PHOTO_MS);
  }

  function step(): void {
    const video = stage.querySelector<HTMLVideoElement>(".slide:not([inert]) video");
    if (!video || video.ended || video.dataset["shown"] !== undefined) return advance();
    video.dataset["shown"] = "";
    // Without sound a browser lets it play by itself.
    video.muted = true;
    video.addEventListener("ended", () => video.closest(".slide:not([inert])") && advance(), { once: true });
    void video.play().catch(advance);
    timer = setTimeout(advance, VIDEO_MS);
  }

  function advance(): void {
    if (!on) return;
    next();
    again();
  }

  function set(wanted: boolean): void {
    if (on !== wanted) {
      on = wanted;
      onChange(on);
    }
    again();
  }

  document.addEventListener("visibilitychange", again);
  return {
    isOn: () => on,
    set,
    again,
    close(): void {
      on = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
    },
  };
}
