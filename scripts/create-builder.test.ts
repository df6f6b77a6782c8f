import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBuilder } from '@dema/builders';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBuilders } from './create-builder.ts';
import { openWorkplace } from './workplace.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-create-builder-'));
});
afterAll(() => removeFolder(root));

test('offline, all that is missing is named at once: that of the build image and that of the runtime', async () => {
  const env = { DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  const place = { workplace: await openWorkplace(env), env, offline: true };
  const options = { ...place, labels: {}, lifecycles: [], runImages: [], onWarning: () => undefined };
  await expect(createBuilders(await readBuilder('base'), place, ['amd64'], options)).rejects.toMatchObject({
    code: 'CLI_OFFLINE_INCOMPLETE',
    details: expect.arrayContaining([expect.stringMatching(/^git /), expect.stringMatching(/^busybox-static /)]),
  });
});
