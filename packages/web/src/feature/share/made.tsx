import { Copy } from "../../ui/copy.tsx";
import { OnlyHere } from "../../ui/only-here.tsx";
import { Qr } from "../../ui/qr.tsx";

type Props = { url: string; note: string };

/** The address of what was just made, to copy and to scan. */
export function Made({ url, note }: Props) {
  return (
    <div className="share-made">
      <div className="share-address">
        <input readOnly value={url} aria-label="Address of the link" onFocus={(event) => event.target.select()} />
        <Copy label="Copy the address" text={url} />
      </div>
      <p className="share-note">{note}</p>
      <OnlyHere url={url} />
      <Qr text={url} label="QR code of the address" />
    </div>
  );
}
