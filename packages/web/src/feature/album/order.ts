/** Photos that go, in this order, before another one; null for the end. */
export type Move = { ids: string[]; before: string | null };

/**
 * Moves some photos of an order by one place to the left or to the right, together and in the order that they have. Undefined when they are at that
 * end already.
 */
export function shifted(order: readonly string[], some: readonly string[], by: -1 | 1): Move | undefined {
  const moved = new Set(some);
  const ids = order.filter((id) => moved.has(id));
  const others = order.filter((id) => !moved.has(id));
  const [first] = ids;
  if (first === undefined) return undefined;
  // The place among the others, of the first of them.
  const at = order.slice(0, order.indexOf(first)).filter((id) => !moved.has(id)).length;
  const isTogether = order.slice(order.indexOf(first), order.indexOf(first) + ids.length).every((id) => moved.has(id));
  const to = by < 0 ? at - 1 : at + 1;
  if (to < 0 || to > others.length) return isTogether ? undefined : { ids, before: others[at] ?? null };
  return { ids, before: others[to] ?? null };
}

/** Puts some photos of an order before another one; undefined when nothing would change. */
export function placed(order: readonly string[], some: readonly string[], before: string | null): Move | undefined {
  const moved = new Set(some);
  const ids = order.filter((id) => moved.has(id));
  // One that moves itself is no place: the next that stays is.
  const from = before === null ? order.length : order.indexOf(before);
  const target = order.slice(from).find((id) => !moved.has(id)) ?? null;
  const rest = order.filter((id) => !moved.has(id));
  const at = target === null ? rest.length : rest.indexOf(target);
  const next = [...rest.slice(0, at), ...ids, ...rest.slice(at)];
  return ids.length === 0 || next.every((id, i) => id === order[i]) ? undefined : { ids, before: target };
}
