import { useLocation } from "wouter";
import type { Me } from "../../lib/api.ts";
import { createChunk } from "../../lib/chunk.ts";
import { Lazy } from "../../ui/lazy.tsx";

const chunk = createChunk(async () => (await import("./settings.tsx")).Settings);

/** The settings, which come on their own: few visits need them. */
export function Settings({ me, page }: { me: Me | undefined; page: string | undefined }) {
  const [, navigate] = useLocation();
  return me ? <Lazy chunk={chunk} with={{ me, page }} onClose={() => navigate("/")} /> : null;
}
