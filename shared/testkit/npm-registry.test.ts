import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { npmRegistryRoutes, startServer } from './index.ts';

test('a package is found by its name, its version and its address', async () => {
  const server = await startServer();
  const tarball = Buffer.from('not really one');
  const packages = [
    { name: '@own/tool', version: '1.0.0', tarball },
    { name: '@own/tool', version: '1.1.0', tarball, manifest: { dependencies: { other: '^1.0.0' } } },
  ];
  Object.assign(server.routes, npmRegistryRoutes(packages, server.url, '/npm'));
  const document = (await readJson(`${server.url}/npm/@own%2ftool`)) as { versions: object };
  expect(document).toMatchObject({ name: '@own/tool', 'dist-tags': { latest: '1.1.0' } });
  expect(Object.keys(document.versions)).toEqual(['1.0.0', '1.1.0']);
  const manifest = (await readJson(`${server.url}/npm/@own/tool/1.1.0`)) as { dist: { tarball: string } };
  expect(manifest).toEqual({
    name: '@own/tool',
    version: '1.1.0',
    dependencies: { other: '^1.0.0' },
    dist: {
      tarball: `${server.url}/npm/@own/tool/-/tool-1.1.0.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
    },
  });
  expect(await (await fetch(manifest.dist.tarball)).text()).toBe('not really one');
  expect((await fetch(`${server.url}/npm/other`)).status).toBe(404);
  await server.close();
});

async function readJson(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
