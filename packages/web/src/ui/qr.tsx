import encode from "qr";
import "./qr.css";

/** A text as a QR code, dark on light in both themes: cameras know no other. */
export function Qr({ text, label }: { text: string; label: string }) {
  const rows = encode(text, "raw", { border: 2 });
  const size = rows.length;
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
