export type KeyValue = string | number | boolean | KeyValue[] | { [name: string]: KeyValue | undefined };

/** What a layer is made of, by names that people know: `{ 'package-lock.json': <digest>, 'Node.js': '24.21.0' }`. */
export type LayerKey = Record<string, KeyValue | undefined>;

/** Where a dependency and a layer have the key of what is made out of them. */
export const KEY = Symbol('layer key');

export interface Keyed {
  readonly [KEY]: LayerKey;
}

/** The key itself, or that of a dependency or of another layer. */
export function keyOf(given: LayerKey | Keyed | undefined): LayerKey | undefined {
  return given && KEY in given ? (given as Keyed)[KEY] : (given as LayerKey | undefined);
}

/** Sentences about what differs between two keys; empty when they are equal by value. */
export function describeKeyChange(before: LayerKey, after: LayerKey): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => describeValueChange(name, before[name], after[name]) ?? []);
}

function describeValueChange(name: string, before?: KeyValue, after?: KeyValue): string | undefined {
  if (canonical(before) === canonical(after)) return undefined;
  if (before === undefined) return `${name} is new`;
  if (after === undefined) return `${name} is gone`;
  const [old, now] = [shownValue(before), shownValue(after)];
  return isShort(old) && isShort(now) && old !== now ? `${name} ${old} -> ${now}` : `${name} changed`;
}

/** Of something that has a version, that. */
function shownValue(value: KeyValue): KeyValue {
  return typeof value === 'object' && 'version' in value ? (value.version ?? value) : value;
}

function isShort(value: KeyValue): boolean {
  return typeof value !== 'object' && String(value).length <= 30 && String(value) !== '';
}

function canonical(value: KeyValue | undefined): string {
  return JSON.stringify(sorted(value)) ?? '';
}

function sorted(value: KeyValue | undefined): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object') return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

/** The key without what is undefined, as a TOML table can hold it. */
export function storableKey(key: LayerKey): Record<string, unknown> {
  return sorted(key) === undefined ? {} : JSON.parse(canonical(key));
}
