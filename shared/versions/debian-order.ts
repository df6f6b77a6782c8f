import { highestBy, type VersionOrder } from './version-order.ts';

interface DebianVersion {
  epoch: number;
  upstream: string;
  revision: string;
}

type Relation = '<<' | '<=' | '=' | '>=' | '>>';

const MAX_EPOCH = 2 ** 31 - 1;

/**
 * Versions of Debian packages, `[epoch:]upstream[-revision]`, ordered as dpkg does (Debian policy 5.6.12). A range is `*`,
 * one version (which must be equal), or relations as in a package's dependencies, all of which must hold: `>= 1.26, << 1.27`.
 */
export const debianOrder: VersionOrder = {
  isVersion: (text) => parseVersion(text) !== undefined,
  isRange: (text) => parseRange(text) !== undefined,
  compare,
  satisfies,
  highest: (versions, range = '*') => highestBy({ satisfies, compare }, versions, range),
};

function compare(a: string, b: string): number {
  const left = readVersion(a);
  const right = readVersion(b);
  return (
    left.epoch - right.epoch ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

function satisfies(version: string, range: string): boolean {
  const relations = parseRange(range);
  if (!relations || !parseVersion(version)) return false;
  return relations.every(({ relation, version: bound }) => holds(compare(version, bound), relation));
}

function holds(order: number, relation: Relation): boolean {
  switch (relation) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}

function parseRange(text: string): { relation: Relation; version: string }[] | undefined {
  if (text.trim() === '*') return [];
  const relations = [];
  for (const part of text.split(',')) {
    const match = /^(<<|<=|=|>=|>>)?\s*(\S+)$/.exec(part.trim());
    const version = match?.[2];
    if (version === undefined || !parseVersion(version)) return undefined;
    relations.push({ relation: (match?.[1] ?? '=') as Relation, version });
  }
  return relations;
}

function readVersion(text: string): DebianVersion {
  const version = parseVersion(text);
  if (!version) throw new Error(`not a Debian version: "${text}"`);
  return version;
}

function parseVersion(text: string): DebianVersion | undefined {
  const [, epochText, rest = ''] = /^(?:(\d+):)?(.*)$/.exec(text) ?? [];
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
  const revision = hyphen === -1 ? '' : rest.slice(hyphen + 1);
  if (!/^\d[A-Za-z0-9.+~:-]*$/.test(upstream)) return undefined;
  if (upstream.includes(':') && epochText === undefined) return undefined;
  if (hyphen !== -1 && !/^[A-Za-z0-9.+~]+$/.test(revision)) return undefined;
  const epoch = Number(epochText ?? 0);
  return epoch > MAX_EPOCH ? undefined : { epoch, upstream, revision };
}

/** Compares stretches of non-digits and of digits in turn; an absent part counts as "0". */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = weight(a[i]) - weight(b[j]);
      if (difference) return difference;
      i++;
      j++;
    }
    const left = digitsAt(a, i);
    const right = digitsAt(b, j);
    const difference = compareDigits(left, right);
    if (difference) return difference;
    i += left.length;
    j += right.length;
  }
  return 0;
}

/** `~` sorts before the end of the part, letters before everything else. */
function weight(character: string | undefined): number {
  if (character === undefined || isDigit(character)) return 0;
  if (character === '~') return -1;
  return character.charCodeAt(0) + (/[A-Za-z]/.test(character) ? 0 : 256);
}

function digitsAt(text: string, start: number): string {
  return /^\d*/.exec(text.slice(start))?.[0] ?? '';
}

/** Stretches of digits can be dates and hashes longer than a number holds exactly. */
function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
