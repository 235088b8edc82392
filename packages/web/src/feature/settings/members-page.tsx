import { type SubmitEvent, useState } from "react";
import { accountApi, type Member } from "../../lib/account-api.ts";
import { bytesOf, gigabytesText } from "../../lib/amount.ts";
import { agoText } from "../../lib/ago.ts";
import { faultOf, textOf } from "../../lib/form.ts";
import { formatBytes } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { OnlyHere } from "../../ui/only-here.tsx";
import { Qr } from "../../ui/qr.tsx";
import { toast } from "../../ui/toast.tsx";
import { attempt, useLoaded } from "./loaded.ts";
import { useSend } from "./use-send.ts";
import { inviteText, isFull, roomText } from "./words.ts";
import "./people.css";

/** A quota as it is typed, in GB; null where nothing is. */
const quotaOf = (form: HTMLFormElement) => bytesOf(textOf(new FormData(form), "quota"));

const HOUR_MS = 3_600_000;

/** When somebody was here last is known to the hour. */
function seenText(at: string): string {
  return Date.now() - Date.parse(at) < HOUR_MS ? "within the last hour" : agoText(at);
}

/** Who has an account here and who may make one, for the owner. */
export function MembersPage() {
  const [members, reload] = useLoaded(accountApi.members);
  const [changing, setChanging] = useState<Member>();
  return (
    <>
      <div className="settings-group">
        <ul className="people-list">
          {members?.map((member) => (
            <li key={member.id}>
              <div>
                <span className="settings-group-title">
                  {member.name}
                  {member.disabledAt !== null && " (shut out)"}
                </span>
                <small>
                  {member.email}, {member.role === "owner" ? "owner" : "member"}
                </small>
                <small>
                  {formatBytes(member.bytes)}
                  {member.quotaBytes !== null && ` of ${formatBytes(member.quotaBytes)}`}
                  {member.seenAt !== null && `, here ${seenText(member.seenAt)}`}
                </small>
                {isFull(member) && <small>Full: nothing more is taken in until there is room.</small>}
              </div>
              <div className="people-actions">
                <Button kind="text" aria-label={`Quota of ${member.name}`} onClick={() => setChanging(member)}>
                  Quota
                </Button>
                {member.role === "member" && <Shut member={member} after={reload} />}
              </div>
            </li>
          ))}
        </ul>
      </div>
      <Invites />
      {changing && <QuotaDialog member={changing} onClose={() => setChanging(undefined)} after={reload} />}
    </>
  );
}

function Shut({ member: { id, name, disabledAt }, after }: { member: Member; after: () => void }) {
  const [asking, setAsking] = useState(false);
  const isOut = disabledAt !== null;
  const words = isOut ? "Let in" : "Shut out";
  const change = () => {
    setAsking(false);
    void attempt(() => accountApi.changeMember(id, { disabled: !isOut }), after);
  };
  return (
    <>
      <Button kind="text" aria-label={`${words}: ${name}`} onClick={isOut ? change : () => setAsking(true)}>
        {words}
      </Button>
      {asking && (
        <Dialog title={`Shut out ${name}?`} onClose={() => setAsking(false)}>
          <p>They are signed out everywhere, and their API keys work no more. Their photos stay, and you can let them in again.</p>
          <DialogActions onClose={() => setAsking(false)}>
            <Button onClick={change}>Shut out</Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}

function QuotaDialog({ member, onClose, after }: { member: Member; onClose: () => void; after: () => void }) {
  const { busy, sending, tell, errorOf, clear } = useSend("quotaBytes");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const quota = quotaOf(form);
    if ("fault" in quota) return tell(form, { field: "quotaBytes", message: quota.fault });
    const change = async () => {
      await accountApi.changeMember(member.id, { quotaBytes: quota.value });
      toast(roomText(member, quota.value));
      after();
      onClose();
    };
    // A toast would lie behind the dialog.
    sending(form, change)().catch((error: unknown) => tell(form, { ...faultOf(error), field: "quotaBytes" }));
  };
  return (
    <Dialog title={`Quota of ${member.name}`} onClose={onClose}>
      <form onSubmit={submit} onInput={clear}>
        <QuotaField value={member.quotaBytes} error={errorOf("quotaBytes")} />
        <DialogActions onClose={onClose}>
          <Button type="submit" busy={busy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function QuotaField({ value, error }: { value: number | null; error: string | undefined }) {
  return (
    <Field
      label="Most that they may have, in GB"
      name="quota"
      inputMode="decimal"
      autoComplete="off"
      defaultValue={gigabytesText(value)}
      hint="Empty for no limit. With 0 they can upload nothing."
      error={error}
    />
  );
}

function Invites() {
  const [invites, reload] = useLoaded(accountApi.invites);
  const [link, setLink] = useState<string>();
  /** Who is to be invited with no room at all, which may be meant as no limit. */
  const [asking, setAsking] = useState<{ name: string; send: () => void }>();
  const { busy, sending, tell, errorOf, clear } = useSend("name", "quotaBytes");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = textOf(new FormData(form), "name").trim();
    const quota = quotaOf(form);
    if ("fault" in quota) return tell(form, { field: "quotaBytes", message: quota.fault });
    const invite = async () => {
      const { token } = await accountApi.invite({ name, quotaBytes: quota.value });
      setLink(`${location.origin}/invite#token=${token}`);
      form.reset();
      reload();
    };
    const send = () => void attempt(sending(form, invite), () => undefined);
    if (quota.value === 0) return setAsking({ name, send });
    send();
  };
  return (
    <div className="settings-group">
      <h2>Invite somebody</h2>
      <p>
        They make an account of their own with a link, which works once and for a week. Their folder in storage gets the name that you give
        here.
      </p>
      <form className="people-form" onSubmit={submit} onInput={clear}>
        <Field label="Name" name="name" required maxLength={100} autoComplete="off" error={errorOf("name")} />
        <QuotaField value={null} error={errorOf("quotaBytes")} />
        <Button type="submit" busy={busy}>
          Make the link
        </Button>
      </form>
      {asking && (
        <Dialog title={`Invite ${asking.name} with no room?`} onClose={() => setAsking(undefined)}>
          <p>With 0 GB they can see what is shared with them, and upload nothing. For no limit, leave the field empty.</p>
          <DialogActions onClose={() => setAsking(undefined)}>
            <Button
              onClick={() => {
                setAsking(undefined);
                asking.send();
              }}
            >
              Invite with no room
            </Button>
          </DialogActions>
        </Dialog>
      )}
      {link !== undefined && (
        <>
          <p role="status">Send them this link, or let them scan it. It is shown this once.</p>
          <div className="people-once">
            <code>{link}</code>
            <Copy label="Copy the link" text={link} />
          </div>
          <OnlyHere url={link} />
          <Qr text={link} label="QR code of the invitation" />
        </>
      )}
      <ul className="people-list">
        {invites
          ?.filter(({ usedAt }) => usedAt === null)
          .map(({ id, name, ...invite }) => (
            <li key={id}>
              <div>
                <span className="settings-group-title">{name}</span>
                <small>{inviteText(invite)}</small>
              </div>
              <Button kind="text" aria-label={`Take back: ${name}`} onClick={() => void attempt(() => accountApi.uninvite(id), reload)}>
                Take back
              </Button>
            </li>
          ))}
      </ul>
    </div>
  );
}
