import { useEffect } from "react";
import { Redirect, Route, Switch, useLocation, useRoute } from "wouter";
import { AlbumsRoute } from "./feature/album/route.tsx";
import { Login } from "./feature/account/login.tsx";
import { session, type Session, wasSignedIn } from "./feature/account/session.ts";
import { Settings } from "./feature/settings/route.tsx";
import type { OwnPlace } from "./feature/collection/places.ts";
import { Dialogs } from "./feature/mark/dialogs.tsx";
import { ShareDialogs, Sharing } from "./feature/share/route.tsx";
import { Bars } from "./feature/shell/bars.tsx";
import { NotFound } from "./feature/shell/not-found.tsx";
import { Photos } from "./feature/shell/photos.tsx";
import { Shell } from "./feature/shell/shell.tsx";
import { Unreachable } from "./feature/shell/unreachable.tsx";
import { DropTarget } from "./feature/upload/drop.tsx";
import { Tray } from "./feature/upload/tray.tsx";
import { upload } from "./feature/upload/upload.ts";
import type { Me } from "./lib/api.ts";
import { createChunk } from "./lib/chunk.ts";
import { useStore } from "./lib/store.ts";
import { Lazy } from "./ui/lazy.tsx";
import { Toasts } from "./ui/toast.tsx";

/** The routes. Without a session only `/login`, `/setup` and `/invite` exist; they lead back to where one was. */
export function App() {
  const state = useStore(session);
  return (
    <>
      <Pages state={state} />
      <Toasts />
    </>
  );
}

function Pages({ state }: { state: Session }) {
  if (state.status === "failed") return <Unreachable message={state.message} />;
  if (state.status === "another" || (state.status === "loading" && !wasSignedIn())) return null;
  return state.status === "out" ? <SignedOut state={state} /> : <SignedIn state={state} />;
}

function SignedOut({ state }: { state: Extract<Session, { status: "out" }> }) {
  const [path] = useLocation();
  const waiting = useStore(upload)?.running ?? false;
  if (state.setupNeeded && path !== "/setup") return <Redirect to="/setup" replace />;
  if (state.setupNeeded) return <Lazy chunk={setup} with={{}} onClose={() => location.reload()} />;
  if (path === "/invite") return <Lazy chunk={invite} with={{}} onClose={() => location.reload()} />;
  if (path !== "/login") return <Redirect to={`/login?${new URLSearchParams({ to: path === "/setup" ? "/" : path })}`} replace />;
  return <Login ended={state.ended} waiting={waiting} />;
}

function SignedIn({ state }: { state: Exclude<Session, { status: "out" | "another" | "failed" }> }) {
  const me = state.status === "in" ? state.me : undefined;
  return (
    <Switch>
      <Route path="/login">
        <Back />
      </Route>
      <Route path="/invite">{me ? <Lazy chunk={invite} with={{ me }} onClose={() => location.reload()} /> : null}</Route>
      <Route path="/setup">
        {/* Only a good session leads away: the code in the link would be lost. */}
        {me ? <Redirect to="/" replace /> : null}
      </Route>
      <Route>
        <Library me={me} />
      </Route>
    </Switch>
  );
}

/** All photos, and one of them over the others: one route, so that the grid stays as it is. */
const PHOTOS = /^\/(?:p\/[^/]+\/?)?$/u;

const setup = createChunk(async () => (await import("./feature/account/setup.tsx")).Setup);
const invite = createChunk(async () => (await import("./feature/account/invite.tsx")).Invite);
const ownCollection = createChunk(async () => (await import("./feature/collection/own.tsx")).OwnCollection);

/** What every account has besides its timeline, and one photo of it over the others. */
const OWN = /^\/(?<own>favourites|archive|locked|bin)(?:\/p\/[^/]+)?\/?$/u;

/** Everything that is shared by links. */
const SHARING = /^\/sharing\/?$/u;

/** All albums; one of them, or what guests have sent to it, and one photo over the others. */
const ALBUMS = /^\/albums(?:\/(?<album>[^/]+)(?:\/(?<guests>guests))?(?:\/p\/[^/]+)?)?\/?$/u;

/** The settings, and a page of theirs, which may have one under it. */
const SETTINGS = /^\/settings(?:\/(?<page>[^/]+(?:\/[^/]+)?))?\/?$/u;

function Library({ me }: { me: Me | undefined }) {
  const [atPhotos] = useRoute(PHOTOS);
  const [atSettings, settings] = useRoute(SETTINGS);
  const [, navigate] = useLocation();
  const [atOwn, own] = useRoute<{ own: OwnPlace }>(OWN);
  const [atSharing] = useRoute(SHARING);
  const [atAlbums, album] = useRoute(ALBUMS);
  const place =
    (atPhotos && "photos") ||
    (atAlbums && "albums") ||
    (atSharing && "sharing") ||
    (atSettings && "settings") ||
    (atOwn && own.own) ||
    undefined;
  return (
    <>
      <Shell me={me} place={place}>
        {place === "photos" && <Photos me={me} />}
        {atOwn && <Lazy chunk={ownCollection} with={{ place: own.own }} onClose={() => navigate("/")} />}
        {place === "sharing" && <Sharing />}
        {atAlbums && <AlbumsRoute me={me} id={album["album"]} isHeld={album["guests"] !== undefined} />}
        {place === "settings" && <Settings me={me} page={settings?.["page"]} />}
        {!place && <NotFound />}
      </Shell>
      <Bars isOwner={me?.user.role === "owner"} />
      <Tray isOwner={me?.user.role === "owner"} />
      <DropTarget />
      <ShareDialogs />
      <Dialogs />
    </>
  );
}

/** Leads from `/login?to=…` to the page that asked for the sign-in, only within this app. */
function Back() {
  const [, navigate] = useLocation();
  useEffect(() => {
    const to = new URLSearchParams(location.search).get("to") ?? "/";
    navigate(/^\/(?![/\\])/u.test(to) ? to : "/", { replace: true });
  }, [navigate]);
  return null;
}
