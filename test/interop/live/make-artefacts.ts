import { join } from 'node:path';
import { type BaseImageOptions, makeBuildImage, makeRunImage } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import { parseRegistryName, pushImage } from '@dema/oci';
import { openStore } from '@dema/store';
import { dema, makePlace, TEST_CACHE } from '../../whole/dema.ts';
import type { BuilderToml } from './builder-toml.ts';
import { openPack } from './pack.ts';
import type { Artefacts, Setting } from './setting.ts';

const BUILDPACKS = join(import.meta.dirname, '../../../buildpacks');
const FOREIGN = join(import.meta.dirname, '../../buildpacks/shell');

/** Publishes our base images, packages our buildpack and lets `pack` make a builder of them. */
export async function makeArtefacts(
  folder: string,
  given: Omit<Setting, 'artefacts'>,
): Promise<{ artefacts: Artefacts }> {
  const { registry, tools, engine } = given;
  const artefacts = {
    buildImage: `${registry}/dema/build-base:trixie`,
    runImage: `${registry}/dema/run-base:trixie`,
    nodejs: join(folder, 'nodejs.cnb'),
    packBuilder: `${registry}/pack/builder:base`,
  };
  await publishBaseImages(artefacts);
  await packageBuildpack('nodejs', artefacts.nodejs);
  const pack = await openPack(folder, { tools, engine });
  await pack.createBuilder(artefacts.packBuilder, describePackBuilder(artefacts));
  return { artefacts };
}

/** As an operator writes it who has a buildpack of their own beside ours. */
export function describePackBuilder({ buildImage, runImage, nodejs }: Artefacts): Omit<BuilderToml, 'lifecycle'> {
  const order = [['dema/nodejs', 'example/shell?'], ['example/shell']];
  return { buildImage, runImage, buildpacks: [nodejs, FOREIGN], order };
}

async function publishBaseImages({ buildImage, runImage }: Artefacts): Promise<void> {
  const [store, downloads] = [await openStore(TEST_CACHE), await openStore(join(TEST_CACHE, 'downloads'))];
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const base: BaseImageOptions = { store, archive, name: 'base', architecture };
    await pushImage(parseRegistryName(buildImage), await makeBuildImage(base), { env: {} });
    await pushImage(parseRegistryName(runImage), await makeRunImage(base), { env: {} });
  } finally {
    await archive.close();
  }
}

async function packageBuildpack(name: string, file: string): Promise<void> {
  const place = await makePlace();
  try {
    const target = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
    const args = ['buildpack', 'package', join(BUILDPACKS, name), '--target', target, '-o', `archive:${file}`];
    const { code, stderr } = await dema(args, place);
    if (code !== 0) throw new Error(stderr);
  } finally {
    await place.remove();
  }
}
