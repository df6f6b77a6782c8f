import { cp, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { crane } from './crane.ts';
import { openLifecyclePlace } from './lifecycle-place.ts';
import { openPack } from './pack.ts';
import { runGo } from './run-go.ts';
import { test } from './setting.ts';

const SOURCE = join(import.meta.dirname, '../go-buildpack');
const folder = await mkdtemp(join(tmpdir(), 'dema-go-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

/** As Paketo's are packaged: one program, and a link for each phase. */
async function packageGo(): Promise<string> {
  const packaged = join(folder, 'go');
  await mkdir(join(packaged, 'bin'), { recursive: true });
  await cp(join(SOURCE, 'buildpack.toml'), join(packaged, 'buildpack.toml'));
  await runGo(SOURCE, ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(packaged, 'bin/run'), '.']);
  for (const phase of ['detect', 'build']) await symlink('run', join(packaged, 'bin', phase));
  return packaged;
}

test('a builder of pack with a buildpack in Go builds, keeps layers, and makes the image of creator', async ({
  real,
}) => {
  const pack = await openPack(folder, real);
  const builder = `${real.registry}/pack/builder:go`;
  const { buildImage, runImage } = real.artefacts;
  await pack.createBuilder(builder, {
    ...{ buildImage, runImage, mirrors: [`${real.registry}/not/there:1`] },
    ...{ buildpacks: [await packageGo()], order: [['example/go']] },
  });
  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'message.txt'), 'Go <well>\n');
  const [ours, theirs] = ['ours', 'theirs'].map((by) => `${real.registry}/go/${by}:1`) as [string, string];
  const build = () => dema(['build', app, '--builder', builder, '--publish', '--tag', ours], place);
  const first = await build();
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toContain('Executing build process');
  const again = await build();
  expect(again.stderr).toContain('Reusing cached layer /layers/example_go/message');
  expect(again.stdout).toBe(first.stdout);
  const run = await dema(['run', `docker://${ours}`], place);
  expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'Go <well>\n' });
  const lifecycle = await openLifecyclePlace(await mkdtemp(join(folder, 'place-')), real);
  await lifecycle.create({ app, builder, image: theirs });
  expect(await crane(real, ['config', ours])).toBe(await crane(real, ['config', theirs]));
});

test('says why the buildpack in Go does not fit', async ({ real }) => {
  const app = join(folder, 'other');
  await mkdir(app);
  await writeFile(join(app, 'x.txt'), '');
  const builder = `${real.registry}/pack/builder:go`;
  const refused = await dema(['build', app, '--builder', builder], place);
  expect(refused.stderr).toContain('no message.txt');
  expect(refused.code).toBe(20);
});
