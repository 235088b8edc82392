/** A 24 × 24 icon of @mdi/js; it says nothing to a screen reader, so its control needs a name. */
export function Icon({ path, size = 20 }: { path: string; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={path} fill="currentColor" />
    </svg>
  );
}
