import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeWalkthroughPlace, type WalkthroughPlace, walkThrough } from '../../docs/walkthrough.ts';
import { openPack } from './pack.ts';
import { type Setting, test } from './setting.ts';

let place: WalkthroughPlace;
beforeAll(async () => {
  place = await makeWalkthroughPlace();
});
afterAll(() => place.remove());

test('docs/operators.md holds from its first command to its last', async ({ real }) => {
  await copyFile(real.tools.lifecycleArchive, join(place.cwd, 'lifecycle.tgz'));
  await installPack(real);
  const env = {
    ...place.env,
    REGISTRY: real.registry,
    DOCKER_HOST: real.engine.dockerHost,
    PACK_HOME: join(place.folder, 'pack-home'),
  };
  await walkThrough('operators.md', { ...place, env });
}, 600_000);

/** `pack` as somebody has it on this machine, whose builds have its proxy and its certificates. */
async function installPack({ tools, engine }: Setting): Promise<void> {
  const pack = await openPack(place.folder, { tools, engine });
  const words = (await pack.hostOptions()).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const script = `#!/bin/sh\n[ "$1" = build ] || exec ${tools.pack} "$@"\nexec ${tools.pack} "$@" ${words.join(' ')}\n`;
  await writeFile(join(place.folder, 'bin/pack'), script, { mode: 0o755 });
}
