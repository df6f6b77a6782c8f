import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBaseImages } from './create-base-images.ts';
import { openWorkplace } from './workplace.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-create-base-images-'));
});
afterAll(() => removeFolder(root));

test('offline, all that is missing is named at once: for each architecture what both images need', async () => {
  const env = { DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  // The build image has all that the run image has, so that one comes first here.
  const wanted = { roles: ['run', 'build'], architectures: ['amd64', 'arm64'] } as const;
  const options = { env, offline: true, output: 'store', ...wanted };
  const named = await createBaseImages(await openWorkplace(env), 'base', options)
    .next()
    .catch((error) => error);
  expect(named.code).toBe('CLI_OFFLINE_INCOMPLETE');
  for (const name of ['base-files', 'git']) {
    for (const architecture of wanted.architectures)
      expect(named.details).toContainEqual(expect.stringMatching(`^${name} .* \\(${architecture}\\)$`));
  }
});
