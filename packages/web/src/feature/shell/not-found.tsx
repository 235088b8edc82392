import { mdiImageOffOutline } from "@mdi/js";
import { Link } from "wouter";
import { Icon } from "../../ui/icon.tsx";
import "./not-found.css";

/** What an address shows at which there is nothing. */
export function NotFound() {
  return (
    <section className="not-found">
      <Icon path={mdiImageOffOutline} size={48} />
      <h1>There is nothing at this address</h1>
      <p>It may be mistyped, or from another version of Tintype.</p>
      <Link className="button button-filled" href="/">
        Go to your photos
      </Link>
    </section>
  );
}
