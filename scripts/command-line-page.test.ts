import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

test('the page of the command line has every option of dema build, and no other', async () => {
  const page = await readFile(join(import.meta.dirname, '../docs/command-line.md'), 'utf8');
  const build = createProgram().commands.find((command) => command.name() === 'build');
  const options = build?.options.flatMap(({ long }) => (long ? [long] : [])) ?? [];
  const table = page.split('\n').filter((line) => line.startsWith('| `'));
  const described = table.flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`(--[\w-]+)/g)]);
  const names = described.map(([, name]) => name);
  expect([...names].sort()).toEqual([...options].sort());
});
