import { basename } from 'node:path';
import {
  type BaseImageOptions,
  type BuilderDefinition,
  findMissingPackages,
  type ImageRole,
  makeBuildImage,
  makeRunImage,
  readBuilder,
} from '@dema/builders';
import { type DebianArchitecture, type LockedPackage, openHostArchive } from '@dema/debian';
import {
  type Bubblewrap,
  type Builder,
  checkBuilderContainer,
  findMissingBubblewrapPackages,
  makeBubblewrap,
  type NewRunImage,
  RUNTIME_ID,
  type Runtime,
  readBuilderContainer,
} from '@dema/engine';
import { findMissingLauncherPackages, makeHelperRuntime, makeLauncherLayer } from '@dema/launch';
import { findEnv, type Image, type Layer, pinReference, writeImage } from '@dema/oci';
import type { BuilderEnv, EnvFile } from '@dema/spec';
import type { Store } from '@dema/store';
import { determineArchitecture } from './architecture.ts';
import { type BuildpackWishes, chooseBuildpacks } from './choose-buildpacks.ts';
import { extensionsUnsupported, offlineIncomplete } from './faults.ts';
import { readLauncherSbom } from './launcher-sbom.ts';
import { openLocations } from './open-locations.ts';
import type { Preparation } from './report-preparation.ts';
import type { SourcePlace } from './source-place.ts';
import { VERSION } from './version.ts';
import type { Workplace } from './workplace.ts';

export interface MakeBuilderOptions {
  env: NodeJS.ProcessEnv;
  /** That of this machine without it. */
  architecture?: DebianArchitecture;
  /** Asks nothing of the network. Fault CLI_OFFLINE_INCOMPLETE with all that is missing. */
  offline?: boolean;
  /** Refuses another package than the locked one. */
  locked?: boolean;
  /** In a container of a build image: this container is it, and no other is made. Fault ENGINE_SANDBOX_NEEDED. */
  isContainer?: boolean;
  wishes?: BuildpackWishes;
  /** Images to stand on, in the place of those that would be made. */
  images?: Partial<Pick<Builder, 'buildImage' | 'runImage'>>;
  preparation?: Preparation;
}

/** A builder with everything that it stands on, made at first use and kept. */
export function makeBuilder(workplace: Workplace, name: string, options: MakeBuilderOptions): Promise<Builder> {
  return withBaseImages(workplace, name, options, async (base) => {
    const container = options.isContainer ? await readBuilderContainer(options.env) : undefined;
    const given = { buildImage: container ?? options.images?.buildImage, runImage: options.images?.runImage };
    const images: Part[] = [
      ...(given.buildImage ? [] : ['build' as const]),
      ...(given.runImage ? [] : ['run' as const]),
    ];
    const parts: Part[] = [...images, ...(container ? [] : ['bubblewrap' as const]), 'launcher'];
    if (options.offline) await checkHeld(workplace, base, parts);
    const definition = await readBuilder(name);
    refuseExtensions(definition);
    const [bubblewrap, buildImage, runImage, { launcher, helperRuntime }, known] = await Promise.all([
      container ? undefined : makeBubblewrap(base),
      given.buildImage ?? makeBuildImage(base).then(describeBuildImage),
      given.runImage ?? makeOwnRunImage(workplace, definition, base),
      makeLauncher(base),
      openLocations(definition.buildpacks, 'buildpack', { ...options, ...placeOf(workplace, definition, base) }),
    ]);
    if (container) checkBuilderContainer(container, runImage.image);
    const buildpacks = known.filter(({ descriptor }) => descriptor.buildpack.id !== RUNTIME_ID);
    const held = { buildpacks, order: definition.order };
    return {
      ...(options.wishes ? await chooseBuildpacks(workplace, held, options.wishes, options) : held),
      system: definition.system,
      name,
      buildImage,
      runImage,
      launcher: await describeLauncher(workplace, launcher, base),
      runtime: describeRuntime(helperRuntime),
      bubblewrap,
      buildConfig: definition.build.env.flatMap(buildConfigFiles),
    };
  });
}

function placeOf(
  workplace: Workplace,
  { file, folder }: BuilderDefinition,
  { architecture }: BaseImageOptions,
): Omit<SourcePlace, 'env'> {
  return { workplace, file, folder, architecture, platform: { os: 'linux', architecture } };
}

/** Fault CLI_EXTENSIONS_UNSUPPORTED. */
function refuseExtensions({ folder, extensions, orderExtensions }: BuilderDefinition): void {
  if (extensions.length > 0 || orderExtensions.length > 0) throw extensionsUnsupported(folder);
}

/** A base image of a builder, to be given to others. */
export function makeBaseImage(
  workplace: Workplace,
  name: string,
  role: ImageRole,
  options: MakeBuilderOptions,
): Promise<Image> {
  return withBaseImages(workplace, name, options, async (base) => {
    if (options.offline) await checkHeld(workplace, base, [role]);
    return role === 'run' ? makeRunImage(base) : makeBuildImage(base);
  });
}

/** The run image of a builder as its lock file has it now, by the name that app images know it by. */
export function makeRunImageOf(workplace: Workplace, name: string, options: MakeBuilderOptions): Promise<NewRunImage> {
  return withBaseImages(workplace, name, options, async (base) => {
    if (options.offline) await checkHeld(workplace, base, ['run']);
    return nameRunImage(workplace.store, await readBuilder(name), name, await makeRunImage(base));
  });
}

async function makeOwnRunImage(
  { store }: Workplace,
  definition: BuilderDefinition,
  base: BaseImageOptions,
): Promise<Builder['runImage']> {
  const named = await nameRunImage(store, definition, definition.folder, await makeRunImage(base));
  return { ...named, mirrors: definition.run.images[0]?.mirrors ?? [] };
}

async function nameRunImage(
  store: Store,
  definition: BuilderDefinition,
  builder: string,
  image: Image,
): Promise<NewRunImage> {
  const { manifest } = await writeImage(store, image);
  const reference = definition.runImage ?? `dema/run-${basename(builder)}:trixie`;
  return { image, reference, pinned: pinReference(reference, manifest.digest) };
}

/** The program that starts apps in images of builders that have none of their own. */
export function openLauncher(workplace: Workplace, options: MakeBuilderOptions): Promise<Builder['launcher']> {
  return withBaseImages(workplace, 'base', options, async (base) => {
    if (options.offline) await checkHeld(workplace, base, ['launcher']);
    return describeLauncher(workplace, await makeLauncherLayer(base), base);
  });
}

async function describeLauncher(
  { store }: Workplace,
  layer: Layer,
  { architecture }: BaseImageOptions,
): Promise<Builder['launcher']> {
  return { layer, version: VERSION, sbom: await readLauncherSbom(store, layer, architecture) };
}

/** What isolates a running image. */
export function openBubblewrap(workplace: Workplace, options: MakeBuilderOptions): Promise<Bubblewrap> {
  return withBaseImages(workplace, 'base', options, async (base) => {
    if (options.offline) await checkHeld(workplace, base, ['bubblewrap']);
    return makeBubblewrap(base);
  });
}

/** What launch helpers of our buildpacks run on in images, as a folder of the store. */
export function openHelperRuntime(workplace: Workplace, options: MakeBuilderOptions): Promise<string> {
  return withBaseImages(workplace, 'base', options, async (base) => {
    if (options.offline) await checkHeld(workplace, base, ['launcher']);
    return (await makeLauncher(base)).helperRuntime;
  });
}

/** What buildpacks of ours find beside them where a builder image does not have it. */
export async function openRuntime(workplace: Workplace, options: MakeBuilderOptions): Promise<Runtime> {
  return describeRuntime(await openHelperRuntime(workplace, options));
}

function describeRuntime(launch: string): Runtime {
  return { version: process.versions.node, node: process.execPath, launch };
}

type Part = 'bubblewrap' | 'build' | 'run' | 'launcher';

async function checkHeld({ downloads }: Workplace, base: BaseImageOptions, parts: Part[]): Promise<void> {
  const missing = await Promise.all(parts.map((part) => findMissingOf(part, downloads, base)));
  const names = missing.flat().map(({ name, version, architecture }) => `${name} ${version} (${architecture})`);
  if (names.length > 0) throw offlineIncomplete([...new Set(names)].sort());
}

function findMissingOf(part: Part, downloads: Store, base: BaseImageOptions): Promise<LockedPackage[]> {
  if (part === 'bubblewrap') return findMissingBubblewrapPackages(base, downloads);
  return part === 'launcher'
    ? findMissingLauncherPackages(base, downloads)
    : findMissingPackages(part, downloads, base);
}

/** Debian packages come from the mirror of this machine; it is not looked for before one is missing. */
async function withBaseImages<T>(
  { store, downloads }: Workplace,
  name: string,
  { env, architecture = determineArchitecture(), offline, locked, preparation }: MakeBuilderOptions,
  use: (base: BaseImageOptions) => Promise<T>,
): Promise<T> {
  const archive = openHostArchive({ store: downloads, env, offline, onEvent: preparation?.onDownload });
  try {
    return await use({
      store,
      archive,
      name,
      locked,
      architecture,
      onEvent: preparation?.onBaseImage,
    });
  } finally {
    await archive.close();
  }
}

async function makeLauncher(base: BaseImageOptions): Promise<{ launcher: Layer; helperRuntime: string }> {
  const launcher = await makeLauncherLayer(base);
  return { launcher, helperRuntime: await makeHelperRuntime({ ...base, launcher }) };
}

/** As pack writes them into a builder: the action is the ending of the file's name. */
export function buildConfigFiles({ name, value, suffix, delim }: BuilderEnv): EnvFile[] {
  const file = { name: suffix ? `${name}.${suffix}` : name, value };
  return delim === undefined ? [file] : [file, { name: `${name}.delim`, value: delim }];
}

/** A build image that was made here. */
export async function describeBuildImage(image: Image): Promise<Builder['buildImage']> {
  const { os, architecture: arch, config } = image.config;
  const labels = config?.Labels ?? {};
  return {
    tree: await treeOf(image),
    env: config?.Env ?? [],
    user: Number(findEnv(image, 'CNB_USER_ID')),
    group: Number(findEnv(image, 'CNB_GROUP_ID')),
    target: {
      os,
      arch,
      distroName: labels['io.buildpacks.base.distro.name'] ?? '',
      distroVersion: labels['io.buildpacks.base.distro.version'] ?? '',
    },
  };
}

/** A base image is one layer, unpacked at first use. */
async function treeOf({ layers }: Image): Promise<string> {
  const [layer] = layers;
  if (layer === undefined) throw new Error('a base image has a layer');
  return layer.tree();
}
