import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { dema, makePlace, type Place } from '../../whole/dema.ts';
import { writeTree } from '../write-tree.ts';
import { openPack } from './pack.ts';
import { test } from './setting.ts';

let place: Place;
beforeAll(async () => {
  place = await makePlace();
  await writeBuildpacks(place.folder);
});
afterAll(() => place.remove());

/** What labels and layers are made of: modes, links of both kinds, long names, names beyond ASCII, files for each target. */
async function writeBuildpacks(folder: string): Promise<void> {
  await writeFiles(folder, {
    'shell/buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/shell"
version = "1.2.3"
name = "Shell <&> ü"
homepage = "https://shell.example"
description = "Says so"
keywords = ["shell", "b"]
sbom-formats = ["application/spdx+json"]
clear-env = true
[[buildpack.licenses]]
type = "MIT"
[[targets]]
os = "linux"
arch = "amd64"
[[targets.distros]]
name = "debian"
version = "13"
[[stacks]]
id = "*"
`,
    'other/buildpack.toml': `api = "0.9"
[buildpack]
id = "acme/other"
version = "2.0.0"
[[stacks]]
id = "io.buildpacks.stacks.jammy"
mixins = ["b", "a"]
[[stacks]]
id = "other"
`,
    'all/buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/all"
version = "0.0.1"
name = "All"
[[order]]
[[order.group]]
id = "acme/shell"
version = "1.2.3"
[[order.group]]
id = "acme/other"
version = "2.0.0"
optional = true
`,
    'all/README.md': 'Everything.\n',
    'all/package.toml':
      '[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../shell"\n[[dependencies]]\nuri = "../other"\n',
    'targets/buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/targets"
version = "1.0.0"
[[targets]]
os = "linux"
arch = "amd64"
[[targets]]
os = "linux"
arch = "arm64"
`,
  });
  const programs = ['file 0644 bin/detect 3', 'file 0700 bin/build 4'];
  for (const name of ['shell', 'other']) await writeTree(join(folder, name), ['dir 0700 bin', ...programs]);
  await writeTree(join(folder, 'shell'), [
    'dir 0777 lib',
    'file 0640 lib/{long*25} 5',
    'dir 0755 lib/{deep*20}',
    'file 4755 lib/{deep*20}/{long*30} 700',
    'file 0600 lib/ü 2',
    `hardlink lib/second -> lib/${'long'.repeat(25)}`,
    'symlink lib/link -> ../bin/build',
  ]);
  for (const target of ['amd64', 'arm64'])
    await writeTree(join(folder, 'targets'), [
      `dir 0755 linux/${target}/bin`,
      ...programs.map((line) => line.replace('bin', `linux/${target}/bin`)),
    ]);
  await writeFiles(folder, { 'targets/linux/amd64/a': 'amd64', 'targets/linux/arm64/c/z': 'arm64' });
}

async function describe(file: string) {
  const { stdout, stderr } = await dema(['inspect', file, '--json'], place);
  if (stdout === '') throw new Error(stderr);
  const { os, architecture, rootfs, config } = JSON.parse(stdout).config;
  return { os, architecture, diffIds: rootfs.diff_ids.toSorted(), labels: config.Labels };
}

test.for([
  ['shell', ['--target', 'linux/amd64', '--label', 'note=mine'], ['']],
  ['targets', [], ['-linux-amd64', '-linux-arm64']],
  ['all', ['--config', 'package.toml', '--target', 'linux/amd64'], ['']],
] as const)('layers and labels of %s are those of pack', async ([name, args, endings], { real }) => {
  const pack = await openPack(place.folder, real);
  const folder = join(place.folder, name);
  const file = (maker: string, ending = '') => join(place.folder, `${name}-${maker}${ending}.cnb`);
  const config = args.map((one) => (one === 'package.toml' ? join(folder, one) : one));
  const from = args.some((one) => one === '--config') ? [] : ['--path', folder];
  for (const run of [pack, (list: string[]) => dema(list, place)]) {
    const maker = run === pack ? 'pack' : 'dema';
    await run(['buildpack', 'package', file(maker), '--format', 'file', ...from, ...config]);
  }
  for (const ending of endings)
    expect(await describe(file('dema', ending))).toEqual(await describe(file('pack', ending)));
});
