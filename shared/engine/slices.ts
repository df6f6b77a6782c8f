import { posix } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { slicePatternInvalid } from './faults.ts';

const { dirname, normalize } = posix;

/**
 * Divides the files of the app into slices and a remainder (Buildpack specification, "Slice"), as the lifecycle does: a
 * pattern is matched against every path relative to the app folder as Go's `filepath.Match` does, and a folder that
 * matches takes what is below it. What a slice took no other gets. A slice also has the folders above what it takes; of
 * a folder of which nothing is left the remainder has nothing.
 * @param entries of the app folder, itself first, sorted by path
 * @returns one list for each slice, then the remainder. Fault: ENGINE_SLICE_PATTERN_INVALID
 */
export function divideIntoSlices(entries: TarEntry[], slices: { paths: string[] }[]): TarEntry[][] {
  const [root] = entries;
  if (root === undefined) return [...slices.map(() => []), []];
  const inside = childrenOf(entries);
  const sliced = new Set<string>();
  const divided = slices.map(({ paths }) => {
    const isTaken = matcher(paths, `${root.path}/`);
    const taken = new Set<string>();
    for (const { path } of entries.slice(1)) if (!sliced.has(path) && isTaken(path)) taken.add(path);
    const above = foldersAbove(taken, root.path);
    for (const path of taken) sliced.add(path);
    for (const folder of above) if (inside.get(folder)?.every((path) => sliced.has(path))) sliced.add(folder);
    return entries.filter(({ path }) => taken.has(path) || above.has(path));
  });
  return [...divided, entries.filter(({ path }) => !sliced.has(path))];
}

function childrenOf(entries: TarEntry[]): Map<string, string[]> {
  return Map.groupBy(
    entries.map(({ path }) => path),
    dirname,
  );
}

/** Folders from the app folder down to what a slice takes, without those that it takes itself, the deepest first. */
function foldersAbove(taken: Set<string>, root: string): Set<string> {
  const folders = new Set<string>();
  for (const path of taken) {
    for (let above = dirname(path); above.length >= root.length; above = dirname(above)) {
      if (!taken.has(above)) folders.add(above);
    }
  }
  return new Set([...folders].sort((a, b) => b.split('/').length - a.split('/').length));
}

function matcher(paths: string[], root: string): (path: string) => boolean {
  const patterns = paths.map((path) => goPattern(normalize(path).replace(/(?<=.)\/$/, '')));
  return (path) => {
    const parts = path.slice(root.length).split('/');
    return parts.some((_, index) => {
      const prefix = parts.slice(0, index + 1).join('/');
      return patterns.some((pattern) => pattern.test(prefix));
    });
  };
}

const CLASS_RANGE = /(\\.|[^\\\]-])(?:-(\\.|[^\\\]-]))?/gsu;
const TOKEN = /\*|\?|\[(\^?)((?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+)\]|\\(.)|([^\\[*?])/suy;

/** What Go matches, as a regular expression; refuses what Go calls a syntax error in a pattern. */
function goPattern(glob: string): RegExp {
  let source = '';
  const token = new RegExp(TOKEN);
  while (token.lastIndex < glob.length) {
    const match = token.exec(glob);
    if (match === null) throw slicePatternInvalid(glob);
    const [text, negated, ranges, escaped, plain] = match;
    if (text === '*') source += '[^/]*';
    else if (text === '?') source += '[^/]';
    else if (ranges !== undefined) source += `[${negated}${classSource(ranges)}]`;
    else source += literal(escaped ?? plain ?? '');
  }
  return new RegExp(`^${source}$`, 'su');
}

function classSource(ranges: string): string {
  return [...ranges.matchAll(CLASS_RANGE)]
    .map(([, low = '', high = low]) => [low, high].map((one) => one.replace(/^\\(?=.)/su, '')))
    .filter(([low = '', high = '']) => low <= high)
    .map(([low = '', high = '']) => `${literal(low)}-${literal(high)}`)
    .join('');
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}
