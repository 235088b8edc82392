import { mdiImageOffOutline } from "@mdi/js";
import { Link } from "wouter";
import { useTitle } from "../../lib/title.ts";
import { Notice } from "../../ui/notice.tsx";

/** What an address shows at which there is nothing. */
export function NotFound() {
  useTitle("Not found");
  return (
    <Notice
      icon={mdiImageOffOutline}
      title="There is nothing at this address"
      level={1}
      text="It may be mistyped, or from another version of Tintype."
    >
      <Link className="button button-filled" href="/">
        Go to your photos
      </Link>
    </Notice>
  );
}
