import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendLayers, createLayer, emptyImage, openImageStore, readArchive, writeImage } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { daemonDestination } from './daemon-destination.ts';
import type { Workplace } from './workplace.ts';

let root: string;
let workplace: Workplace;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'daemon-'));
  const store = await openStore(join(root, 'cache'));
  const images = await openImageStore(join(root, 'images'), store);
  workplace = { store, downloads: store, images };
});

afterEach(() => {
  vi.unstubAllEnvs();
  return rm(root, { recursive: true });
});

async function makeImage() {
  const layer = await createLayer(workplace.store, [
    { path: '/app', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 },
  ]);
  return appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]);
}

async function writeEngine(script: string): Promise<void> {
  await writeFile(join(root, 'engine'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('DEMA_CONTAINER_ENGINE', join(root, 'engine'));
}

test('the engine loads an archive of the image, which stays in the image store', async () => {
  await writeEngine(`[ "$1 $2" = "load --input" ] && cp "$3" ${root}/loaded.tar`);
  const { digest } = await daemonDestination(workplace).put('shop:1', await makeImage());
  const { image, reference } = await readArchive(workplace.store, join(root, 'loaded.tar'));
  expect(reference).toBe('shop:1');
  expect((await writeImage(workplace.store, image)).manifest.digest).toBe(digest);
  expect((await daemonDestination(workplace).find('shop:1'))?.digest).toBe(digest);
});

test('an engine that fails, and none at all, are faults', async () => {
  await writeEngine('echo "cannot connect" >&2; exit 1');
  const put = async () => daemonDestination(workplace).put('shop:1', await makeImage());
  await expect(put()).rejects.toMatchObject({ code: 'CLI_ENGINE_FAILED', details: ['cannot connect'] });
  vi.stubEnv('DEMA_CONTAINER_ENGINE', '');
  vi.stubEnv('PATH', root);
  await expect(put()).rejects.toMatchObject({ code: 'CLI_ENGINE_MISSING' });
});
