import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, runImage } from './dema.ts';

const APPS = join(import.meta.dirname, '../apps/nodejs');

let place: Place;

beforeAll(async () => {
  place = await makePlace();
  for (const name of ['express', 'start-steps']) {
    const { code, stderr } = await dema(['build', join(APPS, name), '--tag', name], place);
    expect(code, stderr).toBe(0);
  }
});

afterAll(() => place.remove());

async function ask(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

test('arguments and a signal reach the app of a start script with several commands, and no shell is needed', async () => {
  const nothing = join(place.folder, 'nothing');
  await writeFile(nothing, '');
  const withoutShell = ['bash', 'dash'].flatMap((shell) => ['--volume', `${nothing}:/usr/bin/${shell}`]);
  const running = await runImage([...withoutShell, 'start-steps', '--', '--more', 'two words'], place);
  expect(await ask(running.port, '/arguments')).toBe('--more two words\n');
  running.kill('SIGTERM');
  const { stdout } = await running.ended;
  expect(stdout).toContain('closed');
  expect(stdout).not.toContain('ended by itself');
});

test('what the buildpack sets gives way to what is said when the image runs', async () => {
  const plain = await runImage(['express'], place);
  const defaults = JSON.parse(await ask(plain.port, '/env'));
  plain.kill('SIGTERM');
  await plain.ended;
  expect(defaults).toMatchObject({
    NODE_ENV: 'production',
    NODE_HOME: '/layers/dema_nodejs/node',
    NODE_VERBOSE: 'false',
    NODE_OPTIONS: '--use-openssl-ca',
  });
  const other = await runImage(['express', '--env', 'NODE_ENV=staging'], place);
  expect(JSON.parse(await ask(other.port, '/env'))).toMatchObject({ NODE_ENV: 'staging' });
  other.kill('SIGTERM');
  await other.ended;
});

test('the heap follows the memory of the container once that is wanted', async () => {
  const wanted = ['--env', 'BP_NODE_OPTIMIZE_MEMORY=true'];
  const { code, stderr } = await dema(['build', join(APPS, 'express'), '--tag', 'express', ...wanted], place);
  expect(code, stderr).toBe(0);
  const running = await runImage(['express', '--env', 'MEMORY_AVAILABLE=128'], place);
  expect(JSON.parse(await ask(running.port, '/env'))).toMatchObject({
    NODE_OPTIONS: '--use-openssl-ca --max_old_space_size=96',
  });
  running.kill('SIGTERM');
  await running.ended;
});
