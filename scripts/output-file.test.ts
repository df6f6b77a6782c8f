import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkOutputFile, checkOutputFolder, writeOutputFile } from './output-file.ts';

const root = mkdtempSync(join(tmpdir(), 'dema-test-'));
const UNWRITABLE = { code: 'CLI_OUTPUT_UNWRITABLE', exitCode: 3, blame: 'user' };

afterAll(() => rm(root, { recursive: true, force: true }));

test('a file in folders that are not there yet', async () => {
  const file = join(root, 'a/b/report.toml');
  await checkOutputFile(file);
  await checkOutputFolder(join(root, 'a/b'));
  expect(existsSync(join(root, 'a'))).toBe(false);
  await writeOutputFile(file, 'new');
  await checkOutputFile(file);
  expect(readFileSync(file, 'utf8')).toBe('new');
});

test('a folder in place of the file', async () => {
  const fault = { ...UNWRITABLE, problem: expect.stringMatching(/^\S+ cannot be written: .*(folder|directory)\.$/) };
  await expect(checkOutputFile(root)).rejects.toMatchObject(fault);
  await expect(writeOutputFile(root, '')).rejects.toMatchObject(fault);
});

test('a file in place of a folder', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  const fault = { ...UNWRITABLE, problem: expect.stringContaining(`${file} is no folder.`) };
  await expect(checkOutputFile(join(file, 'x/y'))).rejects.toMatchObject(fault);
  await expect(checkOutputFolder(file)).rejects.toMatchObject(fault);
  await expect(checkOutputFolder(join(file, 'x'))).rejects.toMatchObject(fault);
  await expect(writeOutputFile(join(file, 'x'), '')).rejects.toMatchObject(UNWRITABLE);
});

test('a folder that nobody can make', { timeout: 5000 }, async () => {
  await expect(writeOutputFile('/proc/nowhere/r.toml', '')).rejects.toMatchObject({
    ...UNWRITABLE,
    problem: '/proc/nowhere/r.toml cannot be written: no such file or directory.',
  });
});

test.skipIf(process.getuid?.() === 0)('a folder that this user may not write to', async () => {
  const folder = join(root, 'closed');
  await mkdir(folder, { mode: 0o500 });
  const fault = { ...UNWRITABLE, problem: expect.stringContaining('permission denied') };
  await expect(checkOutputFile(join(folder, 'x/r.toml'))).rejects.toMatchObject(fault);
  await expect(checkOutputFolder(join(folder, 'x'))).rejects.toMatchObject(fault);
  await chmod(folder, 0o700);
});
