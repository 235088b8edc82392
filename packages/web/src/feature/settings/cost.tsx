import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { api, type Cost as Facts } from "../../lib/api.ts";
import { dateName, utcDay } from "../../lib/dates.ts";
import { faultOf, textOf } from "../../lib/form.ts";
import { formatMoney } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { forget as forgetMonth, tell as tellMonth } from "../shell/month.ts";
import { amountOf, dollarsText, DOLLARS } from "../../lib/amount.ts";
import { BUDGET_HINT, countedRows, HOW, keptRows, LINES, moreText, pauseText, sizeText, totalText } from "./cost-words.ts";
import { useLoaded } from "./loaded.ts";
import { useSend } from "./use-send.ts";
import "./cost.css";

/** What this month costs at list prices, what more photos would, and the budget. */
export function Cost() {
  const [facts, reload] = useLoaded(loadCost);
  if (!facts) return null;
  const paused = pauseText(facts, "below");
  return (
    <div className="settings-group">
      <h2>What it costs</h2>
      {paused !== undefined && <p className="settings-alert">{paused}</p>}
      <Prices facts={facts} />
      {facts.provider !== "own" && <Bill facts={facts} />}
      <Rows rows={keptRows(facts)} />
      {facts.provider !== "own" && (
        <details className="cost-how">
          <summary>What was counted this month</summary>
          <Rows rows={countedRows(facts)} />
          <p>{HOW}</p>
        </details>
      )}
      <BudgetForm facts={facts} after={reload} />
    </div>
  );
}

/** What is seen here is what the rail tells too. */
async function loadCost(): Promise<Facts> {
  const facts = await api.cost();
  const { provider, soFar, expected, prices } = facts;
  tellMonth(provider === "own" ? null : { soFar: soFar.total, expected: expected.total, prices: prices.name });
  return facts;
}

function Prices({ facts: { provider, prices } }: { facts: Facts }) {
  if (provider === "own") return <p>Your photos lie on hardware of your own: there is nobody to pay for it, and only bytes are told.</p>;
  return (
    <p className="cost-prices">
      At the list prices of {dateName(utcDay(prices.checkedOn))}: {prices.about}. See{" "}
      {prices.sources.map(({ title, url }, i) => (
        <span key={url}>
          {i > 0 && ", "}
          <a href={url} target="_blank" rel="noreferrer">
            {title}
          </a>
        </span>
      ))}
      .
    </p>
  );
}

function Bill({ facts }: { facts: Facts }) {
  const { soFar, expected, next } = facts;
  return (
    <>
      <table className="cost-bill">
        <thead>
          <tr>
            <th scope="col">US dollars</th>
            <th scope="col">This month so far</th>
            <th scope="col">Whole month, expected</th>
            <th scope="col">10,000 more photos</th>
          </tr>
        </thead>
        <tbody>
          {LINES.map(([line, title]) => (
            <tr key={line}>
              <th scope="row">{title}</th>
              <td>{formatMoney(soFar[line])}</td>
              <td>{formatMoney(expected[line])}</td>
              <td>{moreText(next, line)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td>{formatMoney(soFar.total)}</td>
            <td>{formatMoney(expected.total)}</td>
            <td>{totalText(next)}</td>
          </tr>
        </tfoot>
      </table>
      <p>{sizeText(next)}</p>
    </>
  );
}

function Rows({ rows }: { rows: readonly [string, string][] }) {
  return (
    <dl className="settings-facts">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function BudgetForm({ facts, after }: { facts: Facts; after: () => void }) {
  const { budget, detected, providers } = facts;
  const { busy, sending, tell, errorOf, clear } = useSend("usd");
  const [chosen, setChosen] = useState(budget.provider ?? "");
  const provider = providers.find(({ id }) => id === chosen)?.id ?? null;
  const isOwn = (provider ?? detected) === "own";
  const shown = useRef<HTMLFormElement>(null);
  const [savedAt, setSavedAt] = useState<Facts>();
  // Other prices make the bill above longer or shorter: what was saved, and what it means, stays in sight.
  useEffect(() => {
    if (savedAt && savedAt !== facts) shown.current?.scrollIntoView({ block: "nearest" });
  }, [facts, savedAt]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    // Where nobody is paid the sum is kept as it was.
    const found = amountOf(isOwn ? dollarsText(budget.usd) : textOf(new FormData(form), "usd"), DOLLARS);
    if ("fault" in found) return tell(form, { field: "usd", message: found.fault });
    const save = async () => {
      await api.setBudget({ usd: found.value, provider });
      forgetMonth();
      toast("Saved.");
      setSavedAt(facts);
      after();
    };
    sending(form, save)().catch((error: unknown) => tell(form, { ...faultOf(error), field: "usd" }));
  };
  const paused = pauseText(facts, "above");
  return (
    <form ref={shown} className="cost-form" onSubmit={submit} onInput={clear}>
      <div className="field">
        <label htmlFor="cost-provider">Whose prices</label>
        <select id="cost-provider" value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <option value="">As the storage’s address tells: {providers.find(({ id }) => id === detected)?.name}</option>
          {providers.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {!isOwn && (
        <Field
          label="Budget for a month, in US dollars"
          name="usd"
          key={dollarsText(budget.usd)}
          inputMode="decimal"
          autoComplete="off"
          defaultValue={dollarsText(budget.usd)}
          hint={BUDGET_HINT}
          error={errorOf("usd")}
        />
      )}
      {isOwn && budget.usd !== null && <p>Your budget of {formatMoney(budget.usd)} is kept, and counts again with prices of a provider.</p>}
      <div role="status">{paused !== undefined && <p className="settings-alert">{paused}</p>}</div>
      <Button type="submit" kind="outline" busy={busy}>
        Save
      </Button>
    </form>
  );
}
