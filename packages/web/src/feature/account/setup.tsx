import { type SubmitEvent, useEffect, useState } from "react";
import { api } from "../../lib/api.ts";
import { report, textOf } from "../../lib/form.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { NewPassword } from "../../ui/new-password.tsx";
import { toast } from "../../ui/toast.tsx";
import { Frame, without } from "./frame.tsx";
import { passwordFault, strengthHint, strengthOf } from "./password.ts";
import { loadSession } from "./session.ts";

type Name = "name" | "email" | "password" | "token";
type Errors = Partial<Record<Name | "form", string>>;

/** The first run: makes the one account of a fresh installation. The token comes with the link from the terminal. */
export function Setup() {
  const [given, setGiven] = useState(tokenOf(location.href));
  const [typed, setTyped] = useState({ name: "", email: "", password: "" });
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Errors>({});

  useEffect(() => {
    // The link from the terminal, opened in a tab that is here already, changes only the hash.
    const look = () => setGiven(tokenOf(location.href));
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);

  const take = (form: HTMLFormElement, field: EventTarget) => {
    const data = new FormData(form);
    setTyped({ name: textOf(data, "name"), email: textOf(data, "email"), password: textOf(data, "password") });
    setErrors(without(errors, field));
  };

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const text = (name: Name) => textOf(data, name).trim();
    const input = { token: given ?? text("token"), name: text("name"), email: text("email"), password: textOf(data, "password") };
    const wrong = check(input);
    report(form, () => setErrors(wrong));
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    try {
      await api.setup(input);
      await loadSession();
    } catch (error) {
      if (error instanceof Problem && error.code === "already_set_up") {
        toast("This Tintype has been set up already. Sign in.");
        await loadSession();
      }
      report(form, () => {
        // A link that is not valid any more gives way to the field for the code; what was typed stays.
        if (isWrongToken(error)) setGiven(undefined);
        setErrors(errorsOf(error));
        setBusy(false);
      });
    }
  };

  return (
    <Frame title="Make it yours" lead="This account owns the library. Your photos stay in your own storage, as plain files.">
      <form onSubmit={submit} onInput={(event) => take(event.currentTarget, event.target)} noValidate>
        {errors.form && (
          <p className="account-alert" role="alert">
            {errors.form}
          </p>
        )}
        {given === undefined && (
          <Field
            label="Set-up code"
            name="token"
            autoComplete="off"
            spellCheck={false}
            hint="You find it in the terminal, at the end of the link that Tintype printed when it started."
            error={errors.token}
          />
        )}
        <Field label="Your name" name="name" autoComplete="name" autoFocus error={errors.name} />
        <Field label="E-mail" name="email" type="email" autoComplete="username" error={errors.email} />
        <NewPassword name="password" hint={<Strength {...typed} />} error={errors.password} />
        <Button type="submit" busy={busy}>
          Create the account
        </Button>
      </form>
      <p className="account-note">Your account lives in this Tintype only. Nothing is sent anywhere else.</p>
    </Frame>
  );
}

const LEVEL = { short: 0, weak: 1, good: 2, strong: 3 };

function Strength({ password, ...owner }: { name: string; email: string; password: string }) {
  const strength = strengthOf(password, owner);
  return (
    <span className="account-strength">
      {strength !== "short" && <meter min={0} max={3} low={2} high={2} optimum={3} value={LEVEL[strength]} aria-label="Strength" />}
      {strengthHint(password, owner)}
    </span>
  );
}

/** The token of `/setup#token=…` (never sent to a server or a log) or `/setup?token=…`. */
function tokenOf(href: string): string | undefined {
  const url = new URL(href);
  return new URLSearchParams(url.hash.slice(1)).get("token") ?? url.searchParams.get("token") ?? undefined;
}

function check(input: Record<Name, string>): Errors {
  const errors: Errors = {};
  if (input.token === "") errors.token = "Enter the set-up code.";
  if (input.name === "") errors.name = "Enter your name.";
  if (!/^\S+@\S+$/u.test(input.email)) errors.email = "Enter an e-mail address, for example anna@example.org.";
  const fault = passwordFault(input.password, input);
  if (fault) errors.password = fault;
  return errors;
}

function errorsOf(error: unknown): Errors {
  if (!(error instanceof Problem)) return { form: messageOf(error) };
  const { field } = error.extra;
  if (field === "name" || field === "email" || field === "password" || field === "token") return { [field]: error.message };
  if (isWrongToken(error)) return { token: "That set-up code is not right. Use the newest one in the terminal." };
  return { form: error.message };
}

function isWrongToken(error: unknown): boolean {
  return error instanceof Problem && error.status === 403;
}
