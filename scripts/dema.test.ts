import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'dema.ts');

/** Starts the command, and gives what it printed last: the modules of Node.js that were loaded by then. */
async function startAndList(...args: string[]): Promise<string[]> {
  const code = `process.argv.splice(1, 0, ${JSON.stringify(PROGRAM)});
process.on('exit', () => console.log('\\n' + JSON.stringify(process.moduleLoadList)));
await import(${JSON.stringify(PROGRAM)});`;
  const options = ['--input-type=module', '--eval', code, '--', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

test('starting loads no HTTP client, which costs as much as everything else', async () => {
  const loaded = await startAndList('images', '--help');
  expect(loaded.some((name) => name.endsWith('fs/promises'))).toBe(true);
  expect(loaded.filter((name) => /undici|NativeModule https?$/.test(name))).toEqual([]);
});
