import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault } from '@dema/errors';
import { afterAll, expect, test } from 'vitest';
import { checkVolumes, parseVolume, volumeMounts } from './volume.ts';

const root = await realpath(await mkdtemp(join(tmpdir(), 'dema-volume-')));
await writeFile(join(root, 'file'), '');
afterAll(() => rm(root, { recursive: true }));

function volume(target: string, source = root) {
  return { source, target, writable: false };
}

test('is to be read unless it says otherwise', () => {
  expect(parseVolume('/a:/b')).toEqual({ source: '/a', target: '/b', writable: false });
  expect(parseVolume('/a:/b/:ro')).toEqual({ source: '/a', target: '/b', writable: false });
  expect(parseVolume('./a:/b/../c:rw')).toEqual({ source: join(process.cwd(), 'a'), target: '/c', writable: true });
});

test.each([
  ['/a', 'not of the form HOST:TARGET'],
  [':/b', 'not of the form HOST:TARGET'],
  ['/a:/b:ro:x', 'not of the form HOST:TARGET'],
  ['/a:/b:z', 'the mode "z"'],
  ['cache:/b', 'the volume "cache" of a container engine'],
  ['/a:b', 'the target b, which is not absolute'],
])('%s is refused: %s', (text, reason) => {
  expect(() => parseVolume(text)).toThrow(reason);
});

test.each(['/', '/cnb', '/cnb/buildpacks/x', '/layers/x', '/workspace/x', '/platform/env', '/proc/x', '/dev'])(
  'a build has no volume at %s',
  async (target) => {
    const error = await checkVolumes([volume(target)], 'build').catch((caught) => caught);
    expect(isFault(error, 'ENGINE_VOLUME_INVALID')).toBe(true);
    expect(error.exitCode).toBe(3);
  },
);

test('a build has bindings, an app has data among its files', async () => {
  expect(await checkVolumes([volume('/platform/bindings/db'), volume('/layersx')], 'build')).toHaveLength(2);
  expect(await checkVolumes([volume('/workspace/data')], 'run')).toHaveLength(1);
  await expect(checkVolumes([volume('/layers/x')], 'run')).rejects.toThrow('which the run itself needs');
});

test('needs a source, and a target of its own', async () => {
  await expect(checkVolumes([volume('/x', join(root, 'nowhere'))], 'run')).rejects.toThrow('no file or folder');
  await expect(checkVolumes([volume('/x'), volume('/x', join(root, 'file'))], 'run')).rejects.toThrow('of another one');
});

test('one inside another is mounted after it', () => {
  expect(volumeMounts([volume('/a/b'), volume('/a')])).toEqual([volume('/a'), volume('/a/b')]);
});
