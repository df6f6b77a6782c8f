import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeVolumePoints } from './mount-points.ts';

const root = await mkdtemp(join(tmpdir(), 'dema-points-'));
afterAll(() => rm(root, { recursive: true }));

test('an empty folder or file for each volume, where links of the file system lead', async () => {
  const [lower, upper, points] = ['lower', 'upper', 'points'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of ['usr/lib', 'var']) await mkdir(join(lower, folder), { recursive: true });
  await symlink('usr/lib', join(lower, 'lib'));
  await symlink('../loop', join(lower, 'var/loop'));
  await symlink('var/loop', join(lower, 'loop'));
  await symlink('/lib', join(lower, 'replaced'));
  await mkdir(join(upper, 'replaced'), { recursive: true });
  await mkdir(points);
  await writeFile(join(root, 'file'), '');
  const targets = ['/lib/data', '/opt/a/b', '/replaced/x', '/../up', '/loop/x'];
  const volumes = targets.map((target) => ({ source: root, target, writable: false }));
  volumes.push({ source: join(root, 'file'), target: '/lib/data.conf', writable: false });
  await makeVolumePoints(points, volumes, [lower, upper]);
  const made = await readdir(points, { recursive: true, withFileTypes: true });
  const paths = made.map((entry) => `${join(entry.parentPath, entry.name)}${entry.isDirectory() ? '/' : ''}`);
  const ends = paths.map((path) => path.slice(points.length)).filter((path) => !path.includes('loop'));
  expect(ends.sort()).toEqual([
    '/opt/',
    '/opt/a/',
    '/opt/a/b/',
    '/replaced/',
    '/replaced/x/',
    '/up/',
    '/usr/',
    '/usr/lib/',
    '/usr/lib/data.conf',
    '/usr/lib/data/',
  ]);
});

test.each([
  ['/usr', 'file', 'is a file where there is a folder already'],
  ['/etc/passwd', '.', 'is a folder where there is a file already'],
])('at %s cannot stand %s', async (target, source, reason) => {
  const tree = join(root, 'taken');
  await mkdir(join(tree, 'usr'), { recursive: true });
  await mkdir(join(tree, 'etc'), { recursive: true });
  await writeFile(join(tree, 'etc/passwd'), '');
  await writeFile(join(root, 'file'), '');
  const volume = { source: join(root, source), target, writable: false };
  await expect(makeVolumePoints(join(root, 'unused'), [volume], [tree])).rejects.toThrow(reason);
});
