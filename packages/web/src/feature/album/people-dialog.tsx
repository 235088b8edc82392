import { mdiClose } from "@mdi/js";
import { type SubmitEvent, useEffect, useState } from "react";
import { albumApi, type Album, type Member, type Role } from "../../lib/album-api.ts";
import { faultOf, report } from "../../lib/form.ts";
import { messageOf } from "../../lib/http.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Face } from "../shell/avatar.tsx";
import { ROLES } from "./words.ts";
import "./people-dialog.css";

/** More are found by typing. */
const MOST_OFFERED = 8;

type Props = { album: Album; onChange: (album: Album) => void; onClose: () => void };

/** With whom an album of one's own is shared, and as what. */
export function PeopleDialog({ album, onChange, onClose }: Props) {
  const [who, setWho] = useState("");
  const [role, setRole] = useState<Role>("contributor");
  const [error, setError] = useState<string>();
  /** Of what was changed about somebody who is in the album already. */
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);

  const change = async (act: () => Promise<unknown>, fail: (cause: unknown) => void): Promise<void> => {
    setBusy(true);
    setError(undefined);
    setFailure(undefined);
    try {
      await act();
      onChange(await albumApi.get(album.id));
    } catch (cause) {
      fail(cause);
    }
    setBusy(false);
  };
  const share = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const act = async () => {
      await albumApi.share(album.id, who, role);
      setWho("");
    };
    void change(act, (cause) => report(form, () => setError(faultOf(cause).message)));
  };
  const changePerson = (act: () => Promise<unknown>) => void change(act, (cause) => setFailure(messageOf(cause)));

  return (
    <Dialog title={`Share “${album.title}”`} onClose={onClose}>
      <form onSubmit={share}>
        <Field
          label="Person"
          value={who}
          maxLength={320}
          autoFocus
          autoComplete="off"
          hint="Their name here, or the e-mail address that they sign in with"
          error={error}
          onChange={(event) => setWho(event.target.value)}
        />
        <Choice album={album} typed={who} onChoose={setWho} />
        <div className="people-row">
          <RolePicker label="What they may do" role={role} onChange={setRole} />
          <Button type="submit" busy={busy} disabled={who.trim() === ""}>
            Share
          </Button>
        </div>
        <p className="people-says">{ROLES.find((each) => each.role === role)?.says}. It takes effect at once.</p>
      </form>
      <ul className="album-members">
        <li>
          <span className="people-face">
            <Face name={album.owner.name} />
          </span>
          <b>{album.owner.name}</b>
          <small>Owner</small>
        </li>
        {album.members.map((member) => (
          <Person
            key={member.id}
            member={member}
            onRole={(next) => changePerson(() => albumApi.changeRole(album.id, member.id, next))}
            onPutOut={() => changePerson(() => albumApi.putOut(album.id, member.id))}
          />
        ))}
      </ul>
      {failure !== undefined && (
        <p className="people-failure" role="alert">
          {failure}
        </p>
      )}
      <DialogActions leave="Done" onClose={onClose} />
    </Dialog>
  );
}

/** Who else is here and not in the album yet, to be chosen instead of typed. */
function Choice({ album, typed, onChoose }: { album: Album; typed: string; onChoose: (handle: string) => void }) {
  const [people, setPeople] = useState<Awaited<ReturnType<typeof albumApi.people>>>([]);
  useEffect(() => {
    // Who is not listed can be typed.
    albumApi.people().then(setPeople, () => undefined);
  }, []);
  const inside = new Set(album.members.map(({ handle }) => handle));
  const wanted = typed.trim().toLowerCase();
  const offered = people.filter(({ name, handle }) => !inside.has(handle) && `${name} ${handle}`.toLowerCase().includes(wanted));
  if (offered.length === 0) return null;
  return (
    <ul className="people-choice" aria-label="People here">
      {offered.slice(0, MOST_OFFERED).map(({ name, handle }) => (
        <li key={handle}>
          <button type="button" aria-pressed={wanted === handle} onClick={() => onChoose(handle)}>
            <span className="people-face">
              <Face name={name} />
            </span>
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Person({ member, onRole, onPutOut }: { member: Member; onRole: (role: Role) => void; onPutOut: () => void }) {
  const [asking, setAsking] = useState(false);
  if (asking) {
    return (
      <li className="people-ask">
        <p>Put {member.name} out? The photos that they added leave the album too.</p>
        <Button kind="text" autoFocus onClick={() => setAsking(false)}>
          Cancel
        </Button>
        <Button kind="outline" onClick={onPutOut}>
          Put out
        </Button>
      </li>
    );
  }
  return (
    <li>
      <span className="people-face">
        <Face name={member.name} />
      </span>
      <b>{member.name}</b>
      <RolePicker label={`What ${member.name} may do`} role={member.role} onChange={onRole} />
      <IconButton icon={mdiClose} label={`Put ${member.name} out, with the photos that they added`} onClick={() => setAsking(true)} />
    </li>
  );
}

function RolePicker({ label, role, onChange }: { label: string; role: Role; onChange: (role: Role) => void }) {
  const choose = (value: string) => {
    const next = ROLES.find((each) => each.role === value);
    if (next) onChange(next.role);
  };
  return (
    <select className="people-role" aria-label={label} value={role} onChange={(event) => choose(event.target.value)}>
      {ROLES.map(({ role: value, name }) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}
