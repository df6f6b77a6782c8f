import paketoSettings from './paketo-settings.json' with { type: 'json' };

export interface MisspeltSetting {
  name: string;
  /** The setting that is probably meant. */
  nearest: string;
}

const SETTING = /^BPL?_/i;
/** Names that go on as the user likes: `BP_DEPENDENCY_MIRROR_<host>`. */
const OPEN_ENDED = /^BP_DEPENDENCY_MIRROR_|^BP_(APPD|NEW_RELIC|YOURKIT|TOMEE)_EXT_CONF/;

/**
 * Variables that look like a setting of these buildpacks and are none. `known` are settings of others; those of Paketo's
 * buildpacks are known anyway. What resembles no setting is left alone: it may be meant for a buildpack of another app.
 */
export function findMisspeltSettings(given: string[], declared: string[], known: string[] = []): MisspeltSetting[] {
  const right = new Set([...declared, ...known, ...paketoSettings]);
  const candidates = declared.filter((name) => SETTING.test(name)).sort();
  const strange = given.filter((name) => SETTING.test(name) && !OPEN_ENDED.test(name) && !right.has(name));
  return strange.flatMap((name) => {
    const ranked = candidates.map((candidate) => ({ candidate, distance: distanceOf(name.toUpperCase(), candidate) }));
    const [best] = ranked.sort((a, b) => a.distance - b.distance);
    return best && best.distance <= mostDistance(best.candidate) ? [{ name, nearest: best.candidate }] : [];
  });
}

/** Short names differ by little from others that are right too. */
function mostDistance(candidate: string): number {
  return candidate.length < 12 ? 1 : 2;
}

/** Edits from one to the other, two neighbours in exchange being one; words in another order, or one too few, count as one too. */
function distanceOf(name: string, candidate: string): number {
  const [words, wanted] = [name, candidate].map((one) => one.split('_').slice(1)) as [string[], string[]];
  const isSubset = words.length >= 2 && words.every((word) => wanted.includes(word));
  if (isSubset && wanted.length - words.length <= 1) return name.split('_')[0] === candidate.split('_')[0] ? 1 : 2;
  return countEdits(name, candidate);
}

/** Optimal string alignment. */
function countEdits(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1)];
      row[j] = Math.min(...ways, ...(isExchange ? [at(before, j - 2) + 1] : []));
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: number[] | undefined, index: number): number {
  return row?.[index] ?? Number.POSITIVE_INFINITY;
}
