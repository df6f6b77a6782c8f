import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec } from '@dema/exec';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { ownEnv } from '../go.ts';
import { test } from './setting.ts';

const SHELL = join(import.meta.dirname, '../../buildpacks/shell');
const place = await makePlace();
afterAll(() => place.remove());

test('umoci unpacks a layout of dema, and skopeo copies it', async ({ real }) => {
  const [app, layout, bundle] = [join(place.folder, 'app'), join(place.folder, 'layout'), join(place.folder, 'bundle')];
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good morning');
  const args = ['build', app, '--buildpack', SHELL, '--tag', 'layouts/hello:1', '--output', `oci:${layout}`];
  const built = await dema(args, place);
  expect(built.code, built.stderr).toBe(0);
  const run = async (command: string, args: string[]) => {
    const { code, stderr } = await exec(command, args, { env: ownEnv() });
    expect(code, stderr).toBe(0);
  };
  await run('umoci', ['unpack', '--image', `${layout}:layouts/hello:1`, bundle]);
  expect(await readFile(join(bundle, 'rootfs/workspace/greeting.txt'), 'utf8')).toBe('Good morning');
  const copy = `docker://${real.registry}/layouts/copied`;
  const options = ['--insecure-policy', 'copy', '--quiet', '--dest-tls-verify=false'];
  await run('skopeo', [...options, `oci:${layout}:layouts/hello:1`, `${copy}:1`]);
  await run('skopeo', [...options, '--format', 'v2s2', `oci:${layout}:layouts/hello:1`, `${copy}:docker`]);
  for (const tag of ['1', 'docker']) {
    const ran = await dema(['run', `${copy}:${tag}`], place);
    expect(ran.stdout, ran.stderr).toBe('Good morning from process 1\n');
  }
});
