const FLOATS = Symbol('keys of whole floats');

/**
 * JavaScript has one kind of number, TOML two. A table or array that holds floats without a fraction, such as `1.0`, is
 * marked with their keys, so that they are written as floats again.
 */
export function markFloats<T extends object>(container: T, keys: readonly (string | number)[]): T {
  return keys.length ? Object.defineProperty(container, FLOATS, { value: new Set(keys.map(String)) }) : container;
}

/** The keys that were marked; a copy of the container is to be marked with them. */
export function floatsOf(container: object & { [FLOATS]?: Set<string> }): string[] {
  return [...(container[FLOATS] ?? [])];
}

export function isFloat(container: object & { [FLOATS]?: Set<string> }, key: string | number): boolean {
  return container[FLOATS]?.has(String(key)) ?? false;
}
