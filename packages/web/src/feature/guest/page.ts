import { Problem } from "../../lib/http.ts";
import { type Album, openAlbum } from "./album.ts";
import { createLink } from "./link.ts";
import { failure, passwordScreen } from "./screen.ts";
import "./guest.css";

/** The page of the share link in the address: its photos, or why they are not shown. */
export function openPage(root: HTMLElement): void {
  const [, , token = ""] = location.pathname.split("/");
  const link = createLink(decodeURIComponent(token));
  const embedded = new URLSearchParams(location.search).has("embed");
  let album: Album | undefined;
  root.toggleAttribute("data-embed", embedded);

  function show(node: HTMLElement): void {
    album?.close();
    album = undefined;
    root.replaceChildren(node);
  }

  function fail(error: unknown): void {
    const locked = error instanceof Problem && error.code === "password_needed";
    show(locked ? passwordScreen(link, () => void load()) : failure(error, () => void load()));
  }

  async function load(): Promise<void> {
    try {
      const [opened, listed] = await Promise.all([link.open(), link.geometry()]);
      document.title = opened.title === "" ? "Shared photos" : opened.title;
      const host = document.createElement("div");
      host.className = "guest";
      show(host);
      album = openAlbum(host, { link, opened, listed, embedded, onLost: fail });
    } catch (error) {
      fail(error);
    }
  }

  void load();
}
