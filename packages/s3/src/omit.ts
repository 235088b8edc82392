/** The object without one of its optional fields. */
export function omit<T extends object, K extends keyof T>(object: T, name: K): Omit<T, K> {
  const { [name]: _gone, ...rest } = object;
  return rest;
}
