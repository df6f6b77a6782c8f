import { expect, test } from 'vitest';
import { alternatives } from './alternatives.ts';
import { textFile } from './new-entries.ts';

function linksOf(...paths: string[]): string[] {
  const root = new Map(paths.map((path) => [path, textFile(path, '')]));
  return alternatives(root).map(({ path, linkPath }) => `${path} -> ${linkPath}`);
}

test('a program is there under the name by which it is called', () => {
  expect(linksOf('usr/bin/gcc', 'usr/bin/mawk', 'etc/mysql/mariadb.cnf')).toEqual([
    'etc/mysql/my.cnf -> mariadb.cnf',
    'usr/bin/awk -> mawk',
    'usr/bin/cc -> gcc',
    'usr/bin/nawk -> mawk',
  ]);
});

test('what has its make or its version in the name is there without it', () => {
  expect(linksOf('usr/bin/convert-im7.q16', 'usr/bin/ksu.mit', 'usr/bin/automake-1.17', 'usr/bin/gcc-14')).toEqual([
    'usr/bin/convert -> convert-im7.q16',
    'usr/bin/ksu -> ksu.mit',
    'usr/bin/automake -> automake-1.17',
  ]);
});

test('a name that a package brings is its own', () => {
  expect(linksOf('usr/bin/less', 'usr/bin/pager')).toEqual([]);
});
