import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyImage, setConfig, writeLayout } from '@dema/oci';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, dema, makePlace, type Place } from './dema.ts';

/** Another user where this one may become one. */
const OTHER = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const isReadable = spawnSync('setpriv', [...OTHER, 'test', '-r', BIN]).status === 0;

let place: Place;
beforeAll(async () => {
  place = await makePlace();
  await chmod(place.folder, 0o711);
  const base = setConfig(emptyImage({ os: 'linux', architecture: 'amd64' }), {
    Env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'],
  });
  await writeFiles(place.folder, {
    'mine/builder.toml': `[[buildpacks]]
uri = "hello"
[[order]]
[[order.group]]
id = "acme/hello"
[build]
image = "oci:base"
[[run.images]]
image = "acme/run:1"
[[targets]]
os = "linux"
arch = "amd64"
`,
    'mine/hello/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/hello"\nversion = "1.2.3"\n',
    'mine/hello/bin/detect': '#!/bin/sh\n',
    'mine/hello/bin/build': '#!/bin/sh\n',
  });
  await writeLayout(join(place.folder, 'mine/base'), base, { reference: 'base:1' });
});
afterAll(() => place.remove());

async function createAsOther(folder: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const home = join(place.folder, 'home');
  await mkdir(home);
  await cp(folder, join(home, 'copied'), { recursive: true });
  await chmod(join(home, 'copied/hello/buildpack.toml'), 0o604);
  for (const path of [home, join(home, 'copied')]) await chown(path, 65534, 65534);
  const command = `umask 077; exec "$0" "$@"`;
  const create = [BIN, 'builder', 'create', 'mine', '--config', join(home, 'copied')];
  const env = { PATH: process.env.PATH, HOME: home };
  return spawnSync('setpriv', [...OTHER, 'sh', '-c', command, process.execPath, ...create], { env, encoding: 'utf8' });
}

test.skipIf(!isReadable)('an ordinary user makes the same builder, whatever the umask and the folder', async () => {
  const folder = join(place.folder, 'mine');
  const own = await dema(['builder', 'create', 'mine', '--config', folder], place);
  expect(own.code, own.stderr).toBe(0);
  const other = await createAsOther(folder);
  expect(other.status, other.stderr).toBe(0);
  expect(other.stdout).toBe(own.stdout);
});
