import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { debianOrder } from './debian-order.ts';

const PARTS = [
  '1',
  '1.0',
  '01',
  '1a',
  '1~',
  '1~~',
  '1~a',
  '1+b1',
  '1.',
  '1.a',
  '10',
  '9',
  '1Z',
  '1-1',
  '0',
  '1.0+dfsg',
];
const REVISIONS = ['', '-1', '-0', '-1~bpo12+1', '-1+deb13u1', '-1+deb13u10', '-10', '-a'];
const EPOCHS = ['', '0:', '1:', '10:'];

/** Pairs of versions that touch every rule, the same ones in every run. */
function* pairs(): Generator<[string, string]> {
  const all = EPOCHS.flatMap((epoch) => PARTS.flatMap((part) => REVISIONS.map((revision) => epoch + part + revision)));
  for (let i = 0; i < 600; i++)
    yield [all[(i * 37) % all.length] ?? '', all[(i * 101 + 17 * (i % 13)) % all.length] ?? ''];
}

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;

/** dpkg's own answers, of one shell for all: `<`, `=` or `>` a line. */
function askDpkg(table: [string, string][]): string[] {
  const script =
    'while read a b; do if dpkg --compare-versions "$a" lt "$b"; then echo "<"; elif dpkg --compare-versions "$a" eq "$b"; then echo "="; else echo ">"; fi; done';
  const { stdout } = spawnSync('sh', ['-c', script], {
    input: table.map((pair) => `${pair.join(' ')}\n`).join(''),
    encoding: 'utf8',
  });
  return stdout.trim().split('\n');
}

test.skipIf(!hasDpkg)('orders a table of versions as dpkg does', { timeout: 60_000 }, () => {
  const table = [...pairs()];
  const own = table.map(([a, b]) => {
    const order = debianOrder.compare(a, b);
    return order < 0 ? '<' : order > 0 ? '>' : '=';
  });
  const dpkg = askDpkg(table);
  const wrong = table.flatMap(([a, b], i) => (own[i] === dpkg[i] ? [] : [`${a} ${dpkg[i]} ${b}, not ${own[i]}`]));
  expect(wrong).toEqual([]);
  expect(new Set(dpkg)).toEqual(new Set(['<', '=', '>']));
});
