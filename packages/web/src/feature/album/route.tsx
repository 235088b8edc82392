import type { ComponentType } from "react";
import { useLocation } from "wouter";
import type { Me } from "../../lib/api.ts";
import { createChunk } from "../../lib/chunk.ts";
import { Lazy } from "../../ui/lazy.tsx";

const list = createChunk(async (): Promise<ComponentType<{ me: Me | undefined }>> => (await import("./albums.tsx")).Albums);
const page = createChunk(async (): Promise<ComponentType<{ id: string }>> => (await import("./album-page.tsx")).AlbumPage);

/** The albums, or one of them: they come with the first visit. */
export function AlbumsRoute({ me, id }: { me: Me | undefined; id: string | undefined }) {
  const [, navigate] = useLocation();
  const close = () => navigate("/");
  if (id === undefined) return <Lazy chunk={list} with={{ me }} onClose={close} />;
  return <Lazy key={id} chunk={page} with={{ id }} onClose={close} />;
}
