import type { ComponentType } from "react";
import { useLocation } from "wouter";
import type { Me } from "../../lib/api.ts";
import { createChunk } from "../../lib/chunk.ts";
import { Lazy } from "../../ui/lazy.tsx";

const list = createChunk(async (): Promise<ComponentType<{ me: Me | undefined }>> => (await import("./albums.tsx")).Albums);
const page = createChunk(async (): Promise<ComponentType<{ id: string }>> => (await import("./album-page.tsx")).AlbumPage);
const guests = createChunk(async (): Promise<ComponentType<{ id: string }>> => (await import("./guests-page.tsx")).GuestsPage);

/** The albums, one of them, or what guests have sent to it: they come with the first visit. */
export function AlbumsRoute({ me, id, isHeld }: { me: Me | undefined; id: string | undefined; isHeld: boolean }) {
  const [, navigate] = useLocation();
  const close = () => navigate("/");
  if (id === undefined) return <Lazy chunk={list} with={{ me }} onClose={close} />;
  if (isHeld) return <Lazy key={`${id} guests`} chunk={guests} with={{ id }} onClose={close} />;
  return <Lazy key={id} chunk={page} with={{ id }} onClose={close} />;
}
