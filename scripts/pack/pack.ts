import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageBuildpack } from '@dema/buildpack';
import { bundleHelperRunner, bundleLauncher } from '@dema/launch';
import { readNodePackages } from '../node-packages.ts';
import { type BundledProgram, bundleProgram } from './bundle-program.ts';
import { declareKit } from './declare-kit.ts';
import { isData, listSourceFiles } from './source-files.ts';
import { renderThirdParty } from './third-party.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const PACKAGE = join(REPOSITORY, 'scripts');
const DIST = join(PACKAGE, 'dist');

/** Makes what is published besides bin/dema.js: the bundle, the data that it reads, and every buildpack as platforms run it. */
async function pack(): Promise<void> {
  await rm(DIST, { recursive: true, force: true });
  const sources = await listSourceFiles(REPOSITORY);
  const program = await bundleProgram(REPOSITORY, sources);
  for (const { name, bytes } of program.files) await write(name, bytes);
  for (const file of sources.filter(isData)) await cp(join(REPOSITORY, file), join(DIST, file));
  await write('shared/launch/launcher.js', await bundleLauncher());
  await write('shared/launch/helper.js', await bundleHelperRunner());
  await write('builders/code.sha256', digestOf(program));
  await write('scripts/node-packages.json', JSON.stringify(await readNodePackages()));
  await declareKit(REPOSITORY, join(DIST, 'types'));
  await write('third-party.txt', await renderThirdParty(REPOSITORY, program.inputs));
  for (const name of await readdir(join(REPOSITORY, 'buildpacks'))) await packFamily(name);
  for (const name of ['LICENSE', 'NOTICE']) await cp(join(REPOSITORY, name), join(PACKAGE, name));
}

async function packFamily(name: string): Promise<void> {
  const folder = join(REPOSITORY, 'buildpacks', name);
  if (existsSync(join(folder, 'buildpack.toml'))) await packageBuildpack(folder, join(DIST, 'buildpacks', name));
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(DIST, path)), { recursive: true });
  await writeFile(join(DIST, path), content);
}

function digestOf({ files }: BundledProgram): string {
  const hash = createHash('sha256');
  for (const { name, bytes } of files) hash.update(name).update(bytes);
  return hash.digest('hex');
}

await pack();
