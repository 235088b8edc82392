import type { ComponentProps } from "react";
import { Field } from "./field.tsx";

/** A field for a password that is being chosen, which the browser may choose and keep. */
export function NewPassword({ label = "Password", ...rest }: Omit<ComponentProps<typeof Field>, "label"> & { label?: string }) {
  return <Field {...rest} label={label} type="password" autoComplete="new-password" />;
}
