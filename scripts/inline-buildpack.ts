import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProjectBuildpack, renderToml } from '@dema/spec';
import { digestOf, type Store } from '@dema/store';

/** A version that no release has, as pack gives it. */
const VERSION = '0.0.0';

/** The folder of a buildpack whose build is a script in project.toml; it says yes to every app. */
export async function makeInlineBuildpack(
  store: Store,
  { id = '', version = VERSION }: ProjectBuildpack,
  script: NonNullable<ProjectBuildpack['script']>,
): Promise<string> {
  const descriptor = renderToml({ api: script.api, buildpack: { id, version }, stacks: [{ id: '*' }] });
  const programs = {
    detect: '#!/bin/sh\necho "asked for by project.toml"\n',
    build: `#!${script.shell}\n${script.inline}\n`,
  };
  const key = digestOf(JSON.stringify([descriptor, programs])).replace(':', '-');
  const known = await store.findTree(`inline-${key}`);
  if (known) return known;
  return store.putTree(`inline-${key}`, async (dir) => {
    await writeFile(join(dir, 'buildpack.toml'), descriptor);
    await mkdir(join(dir, 'bin'));
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(dir, 'bin', name), text);
      await chmod(join(dir, 'bin', name), 0o755);
    }
  });
}
