import { join } from 'node:path';
import { findEnv, type Image } from '@dema/oci';
import {
  type BuilderLabels,
  type EnvFile,
  escapeId,
  parseBuilderLabels,
  parseBuildpackToml,
  parseOrderToml,
  parseRunToml,
  parseStackToml,
  parseSystemToml,
  type RunImageReference,
} from '@dema/spec';
import type { Store } from '@dema/store';
import { BUILDPACKS_DIR, type Builder, type BuildpackFolder, type GroupMember, RUNTIME_ID } from './builder.ts';
import { builderInvalid, builderPlatformDiffers } from './faults.ts';
import { listNames } from './list-names.ts';
import { followLinks } from './mount-points.ts';
import { unpackBuildImage } from './read-build-image.ts';
import { readOutput } from './read-output.ts';

/** What a builder image gives to a build; the rest of a `Builder` is chosen around it. */
export interface BuilderImage extends Pick<Builder, 'buildpacks' | 'order' | 'system' | 'buildImage' | 'buildConfig'> {
  /** Whether it has image extensions, for which there is no engine here. */
  hasExtensions: boolean;
  /** In the order of preference; only the first is ever taken. */
  runImages: RunImageReference[];
  lifecycle?: BuilderLabels['lifecycle'];
}

/**
 * A builder out of an image that this engine, pack, kpack or another tool made: files of `/cnb` as the lifecycle reads them, the
 * labels where those are not there (Platform specification, "Builder"). Its file system is unpacked once.
 * Faults: ENGINE_BUILDER_INVALID, ENGINE_BUILDER_PLATFORM, OCI_*, ARCHIVE_*, SPEC_*.
 */
export async function readBuilderImage(store: Store, image: Image, name: string): Promise<BuilderImage> {
  const buildImage = await unpackBuildImage(store, image, {
    invalid: (reason) => builderInvalid(name, reason),
    otherPlatform: (platform) => builderPlatformDiffers(name, platform),
  });
  const { tree } = buildImage;
  const files = openFiles(tree, image, name);
  const labelled = parseBuilderLabels({ labels: image.config.config?.Labels ?? {}, image: name });
  const [order, systemFile, runImages, buildConfig, modules] = await Promise.all([
    files.read('CNB_ORDER_PATH', '/cnb/order.toml', parseOrderToml),
    files.read('CNB_SYSTEM_PATH', '/cnb/system.toml', parseSystemToml),
    findRunImages(files),
    readBuildConfig(files.at, findEnv(image, 'CNB_BUILD_CONFIG_DIR') || '/cnb/build-config'),
    listModules(files.at),
  ]);
  const groups = order?.order ?? labelled.order;
  if (groups.length === 0) throw builderInvalid(name, 'it has no order of buildpacks');
  const system = systemFile ?? labelled.system;
  const named = [...groups.flat(), ...system.pre, ...system.post];
  const buildpacks = await readBuildpacks(files, modules, named);
  return {
    buildpacks: buildpacks.filter(({ descriptor }) => descriptor.buildpack.id !== RUNTIME_ID),
    order: groups,
    system,
    buildImage: { ...buildImage, isBuilder: true },
    buildConfig,
    hasExtensions: (order?.orderExtensions ?? labelled.orderExtensions).length > 0,
    runImages: runImages ?? labelled.runImages,
    lifecycle: labelled.lifecycle,
  };
}

/** Where a path of the image is on this machine: links in it mean the image, wherever they lead. */
type At = (path: string) => Promise<string>;

interface Files {
  tree: string;
  name: string;
  at: At;
  /** The file that a variable of the image names, else at its usual place; undefined when it is not there. */
  read<T>(variable: string, usual: string, parse: (text: string, file: string) => T): Promise<T | undefined>;
}

function openFiles(tree: string, image: Image, name: string): Files {
  const at: At = async (path) => join(tree, await followLinks(path, [tree]));
  return {
    ...{ tree, name, at },
    async read(variable, usual, parse) {
      const path = findEnv(image, variable) || usual;
      const text = await readOutput(await at(path));
      return text === undefined ? undefined : parse(text, `${name}: ${path}`);
    },
  };
}

async function findRunImages({ read }: Files): Promise<RunImageReference[] | undefined> {
  const images = await read('CNB_RUN_PATH', '/cnb/run.toml', parseRunToml);
  if (images?.length) return images;
  const stack = await read('CNB_STACK_PATH', '/cnb/stack.toml', parseStackToml);
  return stack && [stack];
}

async function readBuildConfig(at: At, folder: string): Promise<EnvFile[]> {
  const found = await at(`${folder}/env`);
  const names = await listNames(found);
  const files = await Promise.all(
    names.map(async (name) => ({ name, value: await readOutput(await at(`${folder}/env/${name}`)) })),
  );
  return files.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
}

interface Module {
  id: string;
  version: string;
  path: string;
}

/** By the names of their folders. */
async function listModules(at: At): Promise<Module[]> {
  const ids = await listNames(await at(BUILDPACKS_DIR));
  const modules = await Promise.all(
    ids.map(async (id) => {
      const versions = await listNames(await at(`${BUILDPACKS_DIR}/${id}`));
      return versions.map((version) => ({ id, version, path: `${BUILDPACKS_DIR}/${id}/${version}` }));
    }),
  );
  return modules.flat();
}

/** Those that stand where their ids and versions place them; the lifecycle finds no others. What no order leads to may be broken. */
async function readBuildpacks(
  { tree, name, at }: Files,
  modules: Module[],
  named: readonly GroupMember[],
): Promise<BuildpackFolder[]> {
  const wanted = new Set(named.map(placeOf));
  const found: BuildpackFolder[] = [];
  const broken = new Map<string, unknown>();
  for (const { id, version, path } of modules) {
    const text = await readOutput(await at(`${path}/buildpack.toml`));
    try {
      const descriptor = parseBuildpackToml(text ?? '', `${name}: ${path}/buildpack.toml`);
      if (placeOf(descriptor.buildpack) === `${id}@${version}`) found.push({ folder: join(tree, path), descriptor });
      for (const member of descriptor.order?.flat() ?? []) wanted.add(placeOf(member));
    } catch (error) {
      broken.set(`${id}@${version}`, error);
    }
  }
  for (const [place, error] of broken) if (wanted.has(place)) throw error;
  return found;
}

function placeOf({ id, version = '' }: { id: string; version?: string }): string {
  return `${escapeId(id)}@${version}`;
}
