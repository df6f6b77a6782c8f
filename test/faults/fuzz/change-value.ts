import { ODD_TEXTS, ODD_VALUES } from './odd-values.ts';
import type { Random } from './random.ts';

/** A value of JSON or TOML with one to four of its places changed. */
export function changeValue(value: unknown, random: Random): unknown {
  let changed = structuredClone(value);
  const count = 1 + random.below(4);
  for (let done = 0; done < count; done += 1) changed = changeOnce(changed, random);
  return changed;
}

function changeOnce(value: unknown, random: Random): unknown {
  if (!isTree(value) || Object.keys(value).length === 0 || random.once(6)) return oddValue(value, random);
  const key = random.pick(Object.keys(value));
  const child = read(value, key);
  if (random.once(3)) return changePlace(value, key, random);
  write(value, key, isTree(child) ? changeOnce(child, random) : oddValue(child, random));
  return value;
}

type Tree = Record<string, unknown> | unknown[];

function changePlace(tree: Tree, key: string, random: Random): Tree {
  const child = read(tree, key);
  if (Array.isArray(tree)) {
    if (random.once(2)) tree.splice(Number(key), 1);
    else tree.push(...Array.from({ length: random.once(10) && !isTree(child) ? 2000 : 1 }, () => child));
    return tree;
  }
  if (random.once(2)) delete tree[key];
  if (random.once(2)) write(tree, random.pick(ODD_TEXTS), child);
  return tree;
}

function oddValue(value: unknown, random: Random): unknown {
  if (random.once(40)) return nest(structuredClone(random.pick(ODD_VALUES)), random.once(4) ? 20_000 : 300, random);
  if (typeof value === 'string' && random.once(2)) {
    const at = random.below(value.length + 1);
    return value.slice(0, at) + random.pick(ODD_TEXTS) + value.slice(at);
  }
  return structuredClone(random.pick(ODD_VALUES));
}

function nest(value: unknown, depth: number, random: Random): unknown {
  const isList = random.once(2);
  let nested = value;
  for (let level = 0; level < depth; level += 1) nested = isList ? [nested] : { a: nested };
  return nested;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function read(tree: Tree, key: string): unknown {
  return (tree as Record<string, unknown>)[key];
}

/** By definition and not by assignment: a key may be called `__proto__`. */
function write(tree: Tree, key: string, value: unknown): void {
  Object.defineProperty(tree, key, { value, writable: true, enumerable: true, configurable: true });
}
