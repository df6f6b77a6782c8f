import semver from 'semver';
import { highestBy, type VersionOrder } from './version-order.ts';

/**
 * Semantic versions and npm's ranges: `^24`, `~24.1`, `24.x`, `>=20 <25`, `18 - 20`, `22 || 24`.
 * A comma means "and", as in the settings of other buildpacks (`>=20, <25`). Prereleases satisfy a range only when one of
 * its comparators names a prerelease of the same major, minor and patch. Build metadata takes no part in the order.
 */
export const semverOrder: VersionOrder = {
  isVersion: (text) => semver.valid(text) !== null,
  isRange: (text) => parseRange(text) !== null,
  compare: (a, b) => semver.compare(a, b),
  satisfies,
  highest: (versions, range = '*') => highestBy({ satisfies, compare: semver.compare }, versions, range),
};

function satisfies(version: string, range: string): boolean {
  const parsed = parseRange(range);
  return parsed !== null && semver.valid(version) !== null && parsed.test(version);
}

function parseRange(text: string): semver.Range | null {
  try {
    return new semver.Range(text.replaceAll(',', ' '));
  } catch {
    return null;
  }
}
