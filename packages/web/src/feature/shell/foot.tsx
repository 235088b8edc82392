import { useEffect } from "react";
import { useLocation } from "wouter";
import type { Me } from "../../lib/api.ts";
import { formatBytes, formatMoney } from "../../lib/format.ts";
import { useStore } from "../../lib/store.ts";
import { askForMonth, month } from "./month.ts";
import "./foot.css";

/** What is in the storage, and to the owner what that costs; nothing while there is nothing. */
export function Foot({ me: { library, user } }: { me: Me }) {
  const { bytes, quotaBytes } = library;
  if (library.assets === 0 && quotaBytes === null) return null;
  return (
    <div className="shell-foot">
      <b>{formatBytes(bytes)}</b> <span>{quotaBytes === null ? "in your storage" : `of ${formatBytes(quotaBytes)} used`}</span>
      {quotaBytes !== null && <Quota used={bytes} all={quotaBytes} />}
      {user.role === "owner" && <Cost bytes={bytes} />}
    </div>
  );
}

/** From nine tenths on it is drawn as what is nearly full. */
function Quota({ used, all }: { used: number; all: number }) {
  return <meter max={Math.max(1, all)} high={all * 0.9} optimum={0} value={used} aria-label="Quota used" />;
}

/** Nothing where nobody is paid. `bytes` of the library: with others it costs something else. */
function Cost({ bytes }: { bytes: number }) {
  const [path] = useLocation();
  const known = useStore(month);
  // Only who goes somewhere or adds something makes it ask: an open page lets the database sleep.
  useEffect(() => void askForMonth(`${path} ${bytes}`), [path, bytes]);
  if (!known) return null;
  const expected = formatMoney(known.expected);
  return (
    <p title={`${formatMoney(known.soFar)} so far, at the list prices of ${known.prices}`}>
      {expected.startsWith("$") && <span>about </span>}
      <b>{expected}</b>
      <span> this month</span>
    </p>
  );
}
