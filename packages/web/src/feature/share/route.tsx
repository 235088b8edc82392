import { useLocation } from "wouter";
import { createChunk } from "../../lib/chunk.ts";
import { useStore } from "../../lib/store.ts";
import { Lazy } from "../../ui/lazy.tsx";
import { direct, sharing } from "./share.ts";

const page = createChunk(async () => (await import("./sharing-page.tsx")).SharingPage);
const dialog = createChunk(async () => (await import("./share-dialog.tsx")).ShareDialog);
const directDialog = createChunk(async () => (await import("./direct-dialog.tsx")).DirectDialog);

/** All that is shared by links; it comes with the first visit. */
export function Sharing() {
  const [, navigate] = useLocation();
  return <Lazy chunk={page} with={{}} onClose={() => navigate("/")} />;
}

/** The dialogs of sharing, whoever opens them. */
export function ShareDialogs() {
  const what = useStore(sharing);
  const photo = useStore(direct);
  const close = () => sharing.set(undefined);
  const closeDirect = () => direct.set(undefined);
  return (
    <>
      {what && <Lazy chunk={dialog} with={{ what, onClose: close }} onClose={close} />}
      {photo && <Lazy chunk={directDialog} with={{ photo, onClose: closeDirect }} onClose={closeDirect} />}
    </>
  );
}
