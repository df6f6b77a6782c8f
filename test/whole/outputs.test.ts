import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'server.js'), 'console.log("hello from an archive")');
});

afterAll(() => place.remove());

const at = (name: string) => join(place.folder, name);

test('an image has one digest wherever it goes, and is read wherever it is', async () => {
  const outputs = ['store', `oci:${at('layout')}`, `archive:${at('app.tar')}`];
  const digests: string[] = [];
  for (const output of outputs) {
    const { stdout, stderr } = await dema(['build', app, '--tag', 'shop:1', '--output', output], place);
    expect(stdout, stderr).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    digests.push(stdout);
  }
  expect(new Set(digests).size).toBe(1);

  const names = ['shop:1', `oci:${at('layout')}`, at('layout'), `archive:${at('app.tar')}`, at('app.tar')];
  const inspected = await Promise.all(names.map((name) => dema(['inspect', name, '--json'], place)));
  const [first] = inspected.map(({ stdout }) => JSON.parse(stdout));
  expect(first).toMatchObject({ reference: 'shop:1', digest: digests[0]?.trim() });
  expect(inspected.map(({ stdout }) => JSON.parse(stdout))).toEqual(names.map(() => first));
  const sboms = await Promise.all(['shop:1', at('app.tar')].map((name) => dema(['sbom', name], place)));
  expect(sboms[1]?.stdout).toBe(sboms[0]?.stdout);
});

test('an archive is built to again with nothing made anew, and runs', async () => {
  const before = await readFile(at('app.tar'));
  // Of which nothing becomes a part of the image, but for which the build runs.
  const env = ['--env', 'SAID=something'];
  const built = await dema(['build', app, '--tag', 'shop:1', '--output', `archive:${at('app.tar')}`, ...env], place);
  expect(built.stderr).toContain('previous image');
  expect(before.equals(await readFile(at('app.tar')))).toBe(true);
  expect(await dema(['run', at('app.tar')], place)).toMatchObject({ code: 0, stdout: 'hello from an archive\n' });
});

test('the time that an image bears is the one that was asked for, and the digest is the same each time', async () => {
  const env = { ...place.env, SOURCE_DATE_EPOCH: '1700000000' };
  const build = (...args: string[]) => dema(['build', app, '--tag', 'timed', ...args], { ...place, env });
  const digests = [await build(), await build('--creation-time', '2023-11-14T22:13:20Z')].map(({ stdout }) => stdout);
  expect(digests[0]).toBe(digests[1]);
  const inspected = await dema(['inspect', 'timed', '--json'], place);
  expect(JSON.parse(inspected.stdout).config.created).toBe('2023-11-14T22:13:20Z');
  await dema(['rmi', 'timed'], place);
});

test('images are listed and removed by name, all or none', async () => {
  await dema(['build', app, '--tag', 'shop:2'], place);
  const listed = JSON.parse((await dema(['images', '--json'], place)).stdout);
  expect(listed.map(({ reference }: { reference: string }) => reference)).toEqual(['shop:1', 'shop:2']);
  expect((await dema(['rmi', 'shop:1', 'nothing'], place)).code).toBe(1);
  const removed = await dema(['rmi', 'shop:1', 'shop:2', 'shop:1', '--json'], place);
  expect(JSON.parse(removed.stdout)).toEqual({ removed: ['shop:1', 'shop:2'] });
  expect((await dema(['images', '--json'], place)).stdout).toBe('[]\n');
});

test('what holds something else is not replaced, and nothing is built for it', async () => {
  const { code, stderr } = await dema(['build', app, '--output', `archive:${place.folder}`], place);
  expect(stderr).toContain('(OCI_OUTPUT_NOT_A_FILE)');
  expect(stderr).not.toContain('Detect');
  expect(code).toBe(3);
});
