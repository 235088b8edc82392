import { mdiAccountPlusOutline, mdiDotsHorizontal, mdiImagePlusOutline, mdiLinkVariant, mdiSort } from "@mdi/js";
import { useState } from "react";
import { useLocation } from "wouter";
import { albumApi, type Album, type AlbumChange } from "../../lib/album-api.ts";
import { messageOf } from "../../lib/http.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { sharing } from "../share/share.ts";
import { Face } from "../shell/avatar.tsx";
import { pick } from "../upload/pick.ts";
import { forgetAlbum, mayAdd, mayEdit, noteAlbum } from "./album.ts";
import { GuestsWait } from "./guests-wait.tsx";
import { InPlace } from "./in-place.tsx";
import { PeopleDialog } from "./people-dialog.tsx";
import { spanOf } from "./words.ts";
import "./album.css";

const SORTS = [
  { sort: "newest", label: "Newest first" },
  { sort: "oldest", label: "Oldest first" },
  { sort: "manual", label: "By hand" },
] as const;

/** A title of so many characters is written smaller. */
const LONG = 60;

type Props = { album: Album; onChange: () => Promise<void> };

/** What an album is called, who is in it, and what can be done with it as a whole. */
export function AlbumHead({ album, onChange }: Props) {
  const [open, setOpen] = useState<"people" | "end">();
  const may = mayEdit(album);
  const edit = async (change: AlbumChange) => noteAlbum(await albumApi.edit(album.id, change));
  const sort = (next: Album["sort"]) => {
    edit({ sort: next })
      .then(onChange)
      .catch((error: unknown) => toast(messageOf(error)));
  };
  return (
    <header className="album-head">
      <div className="album-top">
        <div className="album-name" data-long={album.title.length > LONG}>
          <h1 className={may ? "hidden" : "album-title"}>{album.title}</h1>
          {may && (
            <InPlace
              className="album-title"
              label="Title"
              text={album.title}
              required
              maxLength={200}
              onSave={(title) => edit({ title })}
            />
          )}
        </div>
      </div>
      {may ? (
        <InPlace
          className="album-words"
          label="Description"
          placeholder="Add a description"
          text={album.description}
          maxLength={5_000}
          onSave={(description) => edit({ description })}
        />
      ) : (
        album.description !== "" && <p className="album-words">{album.description}</p>
      )}
      <p className="album-span">
        {spanOf(album)}
        {album.role !== null && ` · shared by ${album.owner.name}`}
      </p>
      <div className="album-bar">
        <People album={album} />
        {mayAdd(album) && (
          <Button kind="outline" icon={mdiImagePlusOutline} className="album-share" aria-label="Add photos" onClick={() => pick("files")}>
            Add<span className="album-long"> photos</span>
          </Button>
        )}
        {album.role === null && (
          <Button
            kind="outline"
            icon={mdiAccountPlusOutline}
            className="album-share"
            aria-label="Share with people"
            onClick={() => setOpen("people")}
          >
            <span className="album-long">Share with </span>people
          </Button>
        )}
        {album.role === null && (
          <Button
            kind="outline"
            icon={mdiLinkVariant}
            className="album-share"
            aria-label="Share by link"
            onClick={() => sharing.set({ kind: "album", id: album.id, title: album.title })}
          >
            <span className="album-long">Share by </span>link
          </Button>
        )}
        {may && <SortMenu sort={album.sort} onSort={sort} />}
        <Menu label="More of this album" className="icon-button" face={<Icon path={mdiDotsHorizontal} size={22} />}>
          {(close) => (
            <MenuItem close={close} onPick={() => setOpen("end")}>
              {album.role === null ? "Delete the album" : "Leave the album"}
            </MenuItem>
          )}
        </Menu>
      </div>
      {album.role === null && <GuestsWait albumId={album.id} />}
      {open === "people" && <PeopleDialog album={album} onChange={(next) => changed(next, onChange)} onClose={() => setOpen(undefined)} />}
      {open === "end" && <EndDialog album={album} onClose={() => setOpen(undefined)} />}
    </header>
  );
}

/** Who was put out takes photos along. */
function changed(album: Album, onChange: () => Promise<void>): void {
  noteAlbum(album);
  void onChange();
}

function People({ album: { owner, members } }: { album: Album }) {
  if (members.length === 0) return null;
  const names = [owner, ...members].map(({ name }) => name).join(", ");
  return (
    <span className="album-people" role="img" aria-label={`In this album: ${names}`} title={names}>
      {[owner, ...members].slice(0, 5).map(({ id, name }) => (
        <span key={id} className="people-face">
          <Face name={name} />
        </span>
      ))}
      {members.length > 4 && <small>+ {members.length - 4}</small>}
    </span>
  );
}

function SortMenu({ sort, onSort }: { sort: Album["sort"]; onSort: (sort: Album["sort"]) => void }) {
  const label = SORTS.find((each) => each.sort === sort)?.label ?? "";
  return (
    <Menu
      label={`Order: ${label}`}
      className="button button-text album-sort"
      face={
        <>
          <Icon path={mdiSort} />
          <span className="button-label">{label}</span>
        </>
      }
    >
      {(close) =>
        SORTS.map((each) => (
          <MenuItem key={each.sort} close={close} checked={each.sort === sort} onPick={() => onSort(each.sort)}>
            {each.label}
          </MenuItem>
        ))
      }
    </Menu>
  );
}

/** Asks before an album ends, for everybody or for oneself. */
function EndDialog({ album, onClose }: { album: Album; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const isOwn = album.role === null;
  const end = async () => {
    setBusy(true);
    try {
      await (isOwn ? albumApi.remove(album.id) : albumApi.leave(album.id));
      navigate("/albums");
      forgetAlbum(album.id);
      toast(isOwn ? `“${album.title}” is deleted. Its photos are still there.` : `You have left “${album.title}”.`);
    } catch (error) {
      toast(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={isOwn ? `Delete “${album.title}”?` : `Leave “${album.title}”?`} onClose={onClose}>
      <p>
        {isOwn
          ? "Everybody with whom it is shared loses it, and so do its links. The photos stay where they are."
          : "You do not see it any more, and the photos that you added leave it with you. They stay in your library."}
      </p>
      <DialogActions onClose={onClose}>
        <Button busy={busy} onClick={() => void end()}>
          {isOwn ? "Delete" : "Leave"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
