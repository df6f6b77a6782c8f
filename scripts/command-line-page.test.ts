import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

/** Sections of the page that have a table of options, by the words of their command. */
function readTables(): [string, string[]][] {
  const page = readFileSync(join(import.meta.dirname, '../docs/command-line.md'), 'utf8');
  return page.split(/^## /m).flatMap((section): [string, string[]][] => {
    const [, command] = /^dema (.+)\n/.exec(section) ?? [];
    const lines = section.split('\n').filter((line) => line.startsWith('| `'));
    const options = lines.flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`(--[\w-]+)/g)]);
    return command && options.length > 0 ? [[command, options.map(([, name = '']) => name)]] : [];
  });
}

function findCommand(words: string): Command | undefined {
  return words
    .split(' ')
    .reduce<Command | undefined>((found, word) => found?.commands.find((one) => one.name() === word), createProgram());
}

test.each(readTables())(
  'the page of the command line has every option of dema %s, and no other',
  (words, described) => {
    const options = findCommand(words)?.options.flatMap(({ long }) => (long ? [long] : [])) ?? [];
    expect(described.toSorted()).toEqual(options.toSorted());
  },
);

test('the page has tables of options', () => {
  expect(readTables().map(([command]) => command)).toEqual(expect.arrayContaining(['build', 'builder create']));
});
