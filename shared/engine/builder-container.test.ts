import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyImage, setConfig } from '@dema/oci';
import { expect, test } from 'vitest';
import type { Builder } from './builder.ts';
import { asContainerOf, checkBuilderContainer, linkBindings } from './builder-container.ts';

const runImage = setConfig(emptyImage({ os: 'linux', architecture: 'amd64' }), {
  Labels: { 'io.buildpacks.base.distro.name': 'debian', 'io.buildpacks.base.distro.version': '13' },
});

function container(distroName: string, distroVersion: string): Builder['buildImage'] {
  const target = { os: 'linux', arch: 'amd64', distroName, distroVersion };
  return { tree: '/', env: [], user: 1001, group: 1000, target };
}

test('a container of another distribution than the run image is none to build in', () => {
  expect(() => checkBuilderContainer(container('debian', '13'), runImage)).not.toThrow();
  expect(() => checkBuilderContainer(container('ubuntu', '24.04'), runImage)).toThrow(
    'this one is ubuntu 24.04 where the run image is debian 13',
  );
  expect(() => checkBuilderContainer(container('', ''), runImage)).toThrow('this one is another distribution');
});

test('a container is none of a builder that has another user', () => {
  const image = { ...container('debian', '13'), tree: '/trees/of-builder', home: '/home/own' };
  const own = container('debian', '13');
  expect(asContainerOf(own, image)).toEqual({
    ...own,
    home: '/home/own',
    beside: '/trees/of-builder/cnb/buildpacks',
  });
  expect(() => asContainerOf(own, { ...image, group: 1003 })).toThrow(
    'this one is for the user 1001:1000 where the builder has 1001:1003',
  );
});

test('bindings are links, other volumes cannot be', async () => {
  const platform = await mkdtemp(join(tmpdir(), 'dema-platform-'));
  const source = join(import.meta.dirname);
  await linkBindings(platform, [{ source, target: '/platform/bindings/db', writable: false }]);
  expect(await readFile(join(platform, 'bindings/db/builder.ts'), 'utf8')).toContain('export interface Builder');
  await expect(linkBindings(platform, [{ source, target: '/opt/x', writable: false }])).rejects.toThrow(
    'cannot be mounted without a sandbox',
  );
  await rm(platform, { recursive: true });
});
