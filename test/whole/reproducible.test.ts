import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, startDema } from './dema.ts';

const EXPRESS = join(import.meta.dirname, '../apps/nodejs/express');

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

test('gives the same digest in another folder, cache, umask, time zone and locale', async () => {
  const first = await dema(['build', EXPRESS, '--tag', 'first', '--clear-cache'], place);
  expect(first.code, first.stderr).toBe(0);
  const elsewhere = join(place.folder, 'another place', 'copy of the app');
  await mkdir(join(place.folder, 'another place'));
  await cp(EXPRESS, elsewhere, { recursive: true });
  for (const file of await readdir(elsewhere)) await chmod(join(elsewhere, file), 0o600);
  await mkdir(join(elsewhere, '.git'));
  await writeFile(join(elsewhere, '.git/index'), String(Math.random()));
  const env = {
    ...place.env,
    DEMA_CACHE: join(place.folder, 'other cache'),
    TZ: 'Pacific/Chatham',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    NODE_ENV: 'development',
    HOSTNAME: 'elsewhere',
  };
  const before = process.umask(0o077);
  const second = await dema(['build', elsewhere, '--tag', 'second'], { ...place, env }).finally(() =>
    process.umask(before),
  );
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toBe(first.stdout);
}, 240_000);

test('builds at once, of one app and of others, give what each gives alone', async () => {
  const other = join(place.folder, 'other');
  await mkdir(other);
  await writeFile(join(other, 'server.js'), '');
  const builds = [[EXPRESS, '--clear-cache'], [other], [EXPRESS]];
  const together = await Promise.all(builds.map((args) => dema(['build', ...args], place)));
  expect(together.map(({ stderr }) => /^error: .*/m.exec(stderr))).toEqual([null, null, null]);
  const alone = [await dema(['build', EXPRESS], place), await dema(['build', other], place)];
  expect(together.map(({ stdout }) => stdout)).toEqual([...alone, ...alone].slice(0, 3).map(({ stdout }) => stdout));
});

test('ctrl-C leaves no process, no folder and no image', async () => {
  const app = join(place.folder, 'slow');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), JSON.stringify({ scripts: { build: 'sleep 61.5', start: 'node .' } }));
  const started = startDema(['build', app, '--tag', 'slow'], place);
  await expect.poll(() => started.errors(), { timeout: 50_000 }).toContain('sleep 61.5');
  started.kill('SIGINT');
  const { code, stderr } = await started.ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/\nstopped\n$/);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 61.5');
  expect((await dema(['images'], place)).stdout).not.toContain('slow');
});
