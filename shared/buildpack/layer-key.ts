export type KeyValue = string | number | boolean | KeyValue[] | { [name: string]: KeyValue | undefined };

/** What a layer is made of, by names that people know: `{ 'package-lock.json': <digest>, 'Node.js': '24.21.0' }`. */
export type LayerKey = Record<string, KeyValue | undefined>;

/** Sentences about what differs between two keys; empty when they are equal by value. */
export function describeKeyChange(before: LayerKey, after: LayerKey): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => describeValueChange(name, before[name], after[name]) ?? []);
}

function describeValueChange(name: string, before?: KeyValue, after?: KeyValue): string | undefined {
  if (canonical(before) === canonical(after)) return undefined;
  if (before === undefined) return `${name} is new`;
  if (after === undefined) return `${name} is gone`;
  return isShort(before) && isShort(after) ? `${name} ${before} -> ${after}` : `${name} changed`;
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
