import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JournalLine, openJournal, readMoved } from './journal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});

afterAll(() => removeFolder(folder));

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const HEAD: JournalLine = { type: 'rollout', schema: 1, started: '', advisories: [], dryRun: false };
const planned = (before: string, after: string) =>
  ({ type: 'planned', image: 'shop:1', before: digest(before), after: digest(after) }) as const;

test('several roll-outs in one report lead back to what was there before the first', async () => {
  const journal = await openJournal(join(folder, 'several/report'));
  for (const line of [HEAD, planned('a', 'b'), HEAD, planned('b', 'c')]) journal.write(line);
  expect(readMoved(journal.file)).toEqual([
    { image: 'shop:1', before: digest('a'), after: [digest('b'), digest('c')] },
  ]);
});

test('what somebody built in between is what is put back', async () => {
  const journal = await openJournal(join(folder, 'between'));
  for (const line of [HEAD, planned('a', 'b'), planned('d', 'e')]) journal.write(line);
  expect(readMoved(journal.file)).toEqual([{ image: 'shop:1', before: digest('d'), after: [digest('e')] }]);
});

test('a torn last line, and lines of later versions, are passed over', async () => {
  const file = join(folder, 'torn');
  const lines = [HEAD, { type: 'later' }, planned('a', 'b')].map((line) => JSON.stringify(line));
  await writeFile(file, `${lines.join('\n')}\n{"type":"planned","ima`);
  expect(readMoved(file)).toHaveLength(1);
});

test('a report whose last line is torn is gone on with on a line of its own', async () => {
  const file = join(folder, 'going-on');
  await writeFile(file, `${JSON.stringify(HEAD)}\n{"type":"planned","ima`);
  const journal = await openJournal(file);
  journal.write(planned('a', 'b'));
  expect(readMoved(file)).toHaveLength(1);
});

test('another file is no place for a report, and stays as it is', async () => {
  const file = join(folder, 'names.txt');
  await writeFile(file, 'shop:1\n');
  await expect(openJournal(file)).rejects.toMatchObject({ code: 'CLI_ROLLOUT_REPORT_INVALID' });
  expect(await readFile(file, 'utf8')).toBe('shop:1\n');
});

test.each(['', '{}', 'not JSON', '{"type":"rollout","schema":2}'])('%j is no report', async (text) => {
  const file = join(folder, 'none');
  await writeFile(file, text);
  expect(() => readMoved(file)).toThrow(expect.objectContaining({ code: 'CLI_ROLLOUT_REPORT_INVALID' }));
});

test.each(['/proc/none/report', '/dev/null/report', '/proc'])('%s is no place for a report', async (file) => {
  await expect(openJournal(file)).rejects.toMatchObject({ code: 'CLI_OUTPUT_UNWRITABLE' });
});
