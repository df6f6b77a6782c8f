import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'dema.ts');

/** Starts the command, whose result is more than a kilobyte, as this shell line does where it says `dema`. */
async function startAs(line: string, closeOutput = false): Promise<{ code: number; stderr: string }> {
  const script = line.replace('dema', `exec "$0" "${PROGRAM}" build --help`);
  const child = spawn('sh', ['-c', script, process.execPath], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (closeOutput) child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test('a result that a full disk takes nothing of is told', async () => {
  const { code, stderr } = await startAs('dema > /dev/full');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: The result could not be written to standard output: no space left on device\.\n/);
});

test('so is one that only a part of could be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'watch-output-'));
  const { code, stderr } = await startAs(`ulimit -f 1; dema > '${folder}/help'`);
  const written = await readFile(join(folder, 'help'), 'utf8');
  await rm(folder, { recursive: true });
  expect(written).toMatch(/^Usage: dema build/);
  expect(stderr).toContain('could not be written to standard output: file too large.');
  expect(code).toBe(1);
});

test('a reader that has gone is not', async () => {
  expect(await startAs('dema', true)).toEqual({ code: 0, stderr: '' });
});
