import { mdiAlertCircle, mdiCloudOffOutline, mdiLinkOff, mdiLockOutline, mdiTimerSandPaused } from "@mdi/js";
import { icon } from "../../lib/dom.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { button, tag } from "./dom.ts";
import type { Link } from "./link.ts";
import { closedText, waitText } from "./words.ts";
import "../../ui/button.css";
import "../../ui/field.css";
import "../../ui/notice.css";

/** A page that says one thing. */
function notice(shape: string, title: string, text: string, ...more: HTMLElement[]): HTMLElement {
  const mark = icon(shape);
  mark.classList.add("icon");
  return tag("div", "notice guest-notice", mark, tag("h1", "", title), tag("p", "", text), ...more);
}

/** What is shown in place of the photos when they cannot be had. */
export function failure(error: unknown, again: () => void): HTMLElement {
  const code = error instanceof Problem ? error.code : "";
  if (code === "not_found") {
    return notice(
      mdiLinkOff,
      "This link does not exist any more",
      "It may have expired, or was taken back. Ask whoever sent it for another one.",
    );
  }
  if (code === "over_budget") return notice(mdiTimerSandPaused, "Closed until next month", closedText());
  return notice(
    mdiCloudOffOutline,
    "The photos cannot be loaded",
    messageOf(error),
    button("button-filled", undefined, "Try again", again),
  );
}

/** Asks for the password of a link; `onOpen` is called once it was the right one. */
export function passwordScreen(link: Link, onOpen: () => void): HTMLElement {
  const input = tag("input", "");
  input.type = "password";
  input.id = "password";
  input.name = "password";
  input.autocomplete = "off";
  input.required = true;
  input.maxLength = 200;
  const label = tag("label", "", "Password");
  label.htmlFor = input.id;
  const note = tag("div", "field-error");
  note.id = "password-note";
  note.setAttribute("role", "alert");
  const open = button("button-filled", undefined, "Show the photos", () => undefined);
  open.type = "submit";
  const form = tag("form", "guest-password", tag("div", "field", label, tag("div", "field-box", input), note), open);
  form.noValidate = true;

  const tell = (text: string | undefined): void => {
    note.replaceChildren(...(text === undefined ? [] : [errorIcon(), text]));
    input.toggleAttribute("aria-invalid", false);
    if (text !== undefined) input.setAttribute("aria-invalid", "true");
    if (text === undefined) input.removeAttribute("aria-describedby");
    else input.setAttribute("aria-describedby", note.id);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (open.disabled) return;
    if (input.value === "") {
      tell("Enter the password.");
      input.focus();
      return;
    }
    open.disabled = true;
    tell(undefined);
    link.unlock(input.value).then(onOpen, (error: unknown) => {
      open.disabled = false;
      tell(sentence(error));
      input.select();
    });
  });
  input.addEventListener("input", () => tell(undefined));

  const screen = notice(mdiLockOutline, "These photos have a password", "Whoever sent you the link knows it.", form);
  // It is the one thing to do here.
  queueMicrotask(() => input.focus({ preventScroll: true }));
  return screen;
}

function sentence(error: unknown): string {
  if (!(error instanceof Problem)) return messageOf(error);
  if (error.code === "password_needed") return "This is not the password of this link.";
  return error.code === "too_many" ? waitText(error.retryAfter) : error.message;
}

function errorIcon(): SVGElement {
  const mark = icon(mdiAlertCircle);
  mark.classList.add("icon");
  mark.setAttribute("width", "16");
  return mark;
}
