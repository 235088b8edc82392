import { mdiCheckCircle, mdiClose, mdiImagePlus } from "@mdi/js";
import { icon } from "../../lib/dom.ts";
import { counted, formatBytes } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { tabMemory } from "../../lib/memory.ts";
import { startUploader, type Uploader } from "../../upload/start.ts";
import { headline, subline } from "../../upload/summary.ts";
import type { View } from "../../upload/view.ts";
import { entriesOf } from "../../upload/walk.ts";
import { button, iconButton, tag } from "./dom.ts";
import { guestUploads } from "./guest-uploads.ts";
import type { Link } from "./link.ts";
import { toast } from "./toast.ts";
import type { Opened } from "./types.ts";
import { thanksText } from "./words.ts";
import "./send.css";

type SendParts = { link: Link; opened: Opened; onSafe: () => void };

/** By each link: an upload goes on while its window is closed, and is there again when it is opened. */
const windows = new Map<string, () => void>();

/** The window in which a guest sends photos: who they are, what is chosen, how far it is. No account is needed. */
export function openSend(parts: SendParts): void {
  const known = windows.get(parts.link.token);
  if (known) return known();
  const show = createSend(parts);
  windows.set(parts.link.token, show);
  show();
}

function createSend({ link, opened, onSafe }: SendParts): () => void {
  let uploader: Uploader | undefined;
  let safe = 0;
  let running = false;
  const field = tag("input", "");
  field.id = "guest-name";
  field.autocomplete = "name";
  field.maxLength = 80;
  const label = tag("label", "", "Your name");
  label.htmlFor = field.id;
  const hint = tag("div", "field-hint", hintOf(opened));
  hint.id = "guest-name-note";
  hint.setAttribute("role", "status");
  field.setAttribute("aria-describedby", hint.id);
  const input = tag("input", "");
  input.type = "file";
  input.multiple = true;
  input.accept = "image/*,video/*";
  input.hidden = true;
  const lead = tag("p", "send-lead", leadOf(opened));
  const choose = button("button-filled", mdiImagePlus, "Choose photos", () => isNameGood() && input.click());
  const progress = tag("progress", "send-bar");
  progress.max = 1;
  progress.setAttribute("aria-label", "Sent");
  const line = tag("p", "send-line");
  line.setAttribute("role", "status");
  const note = tag("p", "send-note");
  const failures = tag("ul", "send-failed");
  const again = button("button-text", undefined, "Try again", () => uploader?.retry());
  const stop = button("button-text", undefined, "Stop", () => uploader?.cancel());
  const state = tag("div", "send-state", line, progress, note, failures, tag("div", "dialog-actions", again, stop));
  state.hidden = true;
  const title = tag("h2", "", "Add your photos");
  title.id = "send-title";
  const dialog = tag(
    "dialog",
    "dialog send",
    tag(
      "div",
      "dialog-body",
      tag(
        "div",
        "send-head",
        title,
        iconButton(mdiClose, "Close", () => dialog.close()),
      ),
      lead,
      tag("div", "field", label, tag("div", "field-box", field), hint),
      input,
      choose,
      state,
    ),
  );
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);

  /** How much there is room for, as it is now. */
  const tellRoom = (): void =>
    void link.open().then(
      (now) => (lead.textContent = leadOf(now)),
      () => undefined,
    );

  /** Says what is wrong with the name before anything is sent under it. */
  function isNameGood(): boolean {
    const isGood = !UNSHOWN.test(field.value);
    field.setAttribute("aria-invalid", String(!isGood));
    hint.className = isGood ? "field-hint" : "field-error";
    hint.textContent = isGood ? hintOf(opened) : "The name has characters that cannot be shown.";
    if (!isGood) field.focus();
    return isGood;
  }

  function start(): Uploader {
    uploader ??= startUploader(tell, { api: guestUploads(link, () => field.value.trim()), memory: tabMemory });
    return uploader;
  }

  function tell(view: View): void {
    const any = view.total + view.unreadable + view.unread.length > 0;
    state.hidden = !any;
    progress.hidden = !view.running;
    progress.value = view.progress;
    line.replaceChildren(...(view.running ? [headline(view)] : [icon(mdiCheckCircle), thanksText(view, opened.sharedBy)]));
    line.toggleAttribute("data-good", !view.running && view.failed === 0 && view.safe > 0);
    if (!view.running && view.safe === 0) line.replaceChildren("Nothing was sent.");
    note.textContent = view.running ? subline(view) : "";
    const failed = view.rows.filter((row) => row.state === "failed");
    failures.replaceChildren(...failed.map((row) => tag("li", "", tag("strong", "", row.name), ` ${row.reason ?? "could not be sent."}`)));
    again.hidden = view.running || view.retryable === 0;
    stop.hidden = view.unsent === 0;
    choose.querySelector(".button-label")!.textContent = any ? "Choose more" : "Choose photos";
    if (view.safe > safe) onSafe();
    safe = view.safe;
    if (running && !view.running) tellRoom();
    ({ running } = view);
  }

  const complain = (error: unknown): void => toast(messageOf(error));
  input.addEventListener("change", () => {
    if (input.files && input.files.length > 0) void start().addList(input.files).catch(complain);
    input.value = "";
  });
  field.addEventListener("input", () => field.ariaInvalid === "true" && isNameGood());
  dialog.addEventListener("dragover", (event) => event.preventDefault());
  dialog.addEventListener("drop", (event) => {
    event.preventDefault();
    const entries = event.dataTransfer ? entriesOf(event.dataTransfer.items) : [];
    if (isNameGood()) void start().addEntries(entries).catch(complain);
  });
  return () => {
    dialog.showModal();
    tellRoom();
  };
}

/** What the server takes in no name: what is not seen, and what turns the text around. */
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

function hintOf({ sharedBy }: Opened): string {
  return `So that ${sharedBy} knows who sent them. You may leave it empty.`;
}

function leadOf({ sharedBy, left }: Opened): string {
  const room = left === null ? "" : ` There is room for ${counted(left.count, "file")} and ${formatBytes(left.bytes)}.`;
  return `They go to ${sharedBy}, who looks at them before they appear here.${room}`;
}
