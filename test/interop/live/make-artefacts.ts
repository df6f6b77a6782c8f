import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseImageOptions, makeBuildImage, makeRunImage } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import { parseRegistryName, pushImage } from '@dema/oci';
import { openStore } from '@dema/store';
import { dema, makePlace, type Place, TEST_CACHE } from '../../whole/dema.ts';
import { writeApiBuildpacks } from './api-buildpacks.ts';
import { type BuilderToml, renderBuilderToml } from './builder-toml.ts';
import { openPack } from './pack.ts';
import type { Artefacts, Setting } from './setting.ts';

const BUILDPACKS = join(import.meta.dirname, '../../../buildpacks');
const FOREIGN = join(import.meta.dirname, '../../buildpacks');
const SHELL = join(FOREIGN, 'shell');
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Publishes our base images, packages our buildpack, and lets pack and dema make builders of them. */
export async function makeArtefacts(folder: string, given: Omit<Setting, 'artefacts'>): Promise<Artefacts> {
  const name = (path: string) => `${given.registry}/${path}`;
  const artefacts = {
    buildImage: name('dema/build-base:trixie'),
    runImage: name('dema/run-base:trixie'),
    nodejs: join(folder, 'nodejs.cnb'),
    nodejsImage: name('dema/nodejs:0.1.0'),
    packBuilder: name('pack/builder:base'),
    demaBuilder: name('dema/builder:base'),
    demaBuilderOfPack: name('dema/builder:pack'),
    foreignBuilder: name('dema/foreign:base'),
    foreignBuilderAlone: name('dema/foreign:alone'),
  };
  const place = await makePlace();
  try {
    await publishBaseImages(artefacts);
    await packageBuildpack(artefacts, place);
    await makeBuilders(folder, artefacts, given, place);
  } finally {
    await place.remove();
  }
  return artefacts;
}

async function packageBuildpack({ nodejs, nodejsImage }: Artefacts, place: Place): Promise<void> {
  const packaging = ['buildpack', 'package', join(BUILDPACKS, 'nodejs'), '--target', `linux/${ARCHITECTURE}`];
  await run([...packaging, '--output', `archive:${nodejs}`], place);
  await run([...packaging, '--publish', '--tag', nodejsImage], place);
}

async function makeBuilders(
  folder: string,
  artefacts: Artefacts,
  given: Omit<Setting, 'artefacts'>,
  place: Place,
): Promise<void> {
  const pack = await openPack(folder, given);
  const packaged = join(folder, 'shell.cnb');
  const target = ['--target', `linux/${ARCHITECTURE}`];
  await pack(['buildpack', 'package', packaged, '--path', SHELL, '--format', 'file', ...target]);
  const content = describeBuilder(artefacts);
  const lifecycle = given.tools.lifecycleArchive;
  // Without `docker://`, with which pack takes no name that has a port.
  const buildpacks = [artefacts.nodejsImage, packaged];
  await pack.createBuilder(artefacts.packBuilder, { ...content, buildpacks });
  await createBuilder(artefacts.demaBuilder, { ...content, lifecycle }, place);
  await createBuilder(artefacts.demaBuilderOfPack, { ...content, lifecycle, buildpacks }, place);
  const foreign = await describeForeignBuilder(folder, artefacts);
  await createBuilder(artefacts.foreignBuilder, { ...foreign, lifecycle }, place);
  await createBuilder(artefacts.foreignBuilderAlone, foreign, place);
}

/** As an operator has it who has a buildpack of their own beside ours. */
export function describeBuilder({ buildImage, runImage, nodejs }: Artefacts): BuilderToml {
  const order = [['dema/nodejs', 'example/shell?'], ['example/shell']];
  return { buildImage, runImage, buildpacks: [nodejs, SHELL], order };
}

async function describeForeignBuilder(folder: string, { buildImage, runImage }: Artefacts): Promise<BuilderToml> {
  const apis = await writeApiBuildpacks(folder);
  const own = ['everything', 'shell'];
  return {
    buildImage,
    runImage,
    buildpacks: [...own.map((name) => join(FOREIGN, name)), ...apis.map((one) => one.folder)],
    order: [[...own.map((name) => `example/${name}`), ...apis.slice(1, -1).map(({ id }) => id)]],
    more: renderSystem(apis[0]?.id ?? '', apis.at(-1)?.id ?? ''),
  };
}

/** Buildpacks before and after all others, and a variable of the operator. */
export function renderSystem(pre: string, post: string): string {
  return `
[[system.pre.buildpacks]]
id = "${pre}"
version = "1.0.0"

[[system.post.buildpacks]]
id = "${post}"
version = "1.0.0"

[[build.env]]
name = "MADE_ALL"
value = "by the operator"
suffix = "prepend"
delim = ":"
`;
}

/** Makes a builder in the registry with `dema`. */
export async function createBuilder(reference: string, descriptor: BuilderToml, place: Place): Promise<void> {
  const file = join(place.folder, 'builder.toml');
  await writeFile(file, renderBuilderToml(descriptor));
  await run(['builder', 'create', reference, '--config', file, '--publish'], place);
}

async function run(args: string[], place: Place): Promise<void> {
  const { code, stderr } = await dema(args, place);
  if (code !== 0) throw new Error(`dema ${args.join(' ')} failed:\n${stderr}`);
}

async function publishBaseImages({ buildImage, runImage }: Artefacts): Promise<void> {
  const [store, downloads] = [await openStore(TEST_CACHE), await openStore(join(TEST_CACHE, 'downloads'))];
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    const base: BaseImageOptions = { store, archive, name: 'base', architecture: ARCHITECTURE };
    await pushImage(parseRegistryName(buildImage), await makeBuildImage(base), { env: {} });
    await pushImage(parseRegistryName(runImage), await makeRunImage(base), { env: {} });
  } finally {
    await archive.close();
  }
}
