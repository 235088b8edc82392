/** What holds photos or what is known of them: never removed with its stack where that is to be kept, nor at all where it is protected. */
export function kept() {
  return { protect: $app.protect, retainOnDelete: isKept() };
}

/** Whether what a stage holds outlives it. */
export function isKept(): boolean {
  return $app.removal === "retain";
}
