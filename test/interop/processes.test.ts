import { buffer } from 'node:stream/consumers';
import { writeTar } from '@dema/archive';
import { processTypeEntries } from '@dema/engine';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { describeTar, type TarDescription } from './describe-tar.ts';

test.each(await readCases<string[], TarDescription>('processes'))('process types: $name', async ({ given, golden }) => {
  const processes = given.map((type) => ({
    type,
    command: ['run'],
    direct: true,
    default: false,
    buildpackId: 'dema/nodejs',
  }));
  expect(describeTar(await buffer(writeTar(processTypeEntries(processes)())))).toEqual(golden);
});
