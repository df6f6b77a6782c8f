import { resolve } from 'node:path';
import { makeBuildImage, makeRunImage, readBuilder } from '@dema/builders';
import { type DebianArchitecture, type DebianArchive, findDebianMirror, openDebianArchive } from '@dema/debian';
import type { Builder, BuildpackFolder, GroupMember } from '@dema/engine';
import { createFetcher } from '@dema/fetch';
import { makeLauncherLayer } from '@dema/launch';
import { findEnv, type Image, writeImage } from '@dema/oci';
import type { Store } from '@dema/store';
import { buildpackUnknown, platformUnsupported } from './faults.ts';
import { isPath } from './is-path.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import type { Preparation } from './report-preparation.ts';
import { VERSION } from './version.ts';
import type { Workplace } from './workplace.ts';

const ARCHITECTURES: Record<string, DebianArchitecture> = { x64: 'amd64', arm64: 'arm64' };

export interface MakeBuilderOptions {
  env: NodeJS.ProcessEnv;
  offline?: boolean;
  /** Ids of the builder's buildpacks or folders of others; they take the place of the builder's order. */
  buildpacks?: string[];
  preparation?: Preparation;
}

/** Debian packages for this machine: neither mirror nor network is looked for before a package is missing. */
export function openDebian({ downloads }: Workplace, { env, offline, preparation }: MakeBuilderOptions): DebianArchive {
  return openDebianArchive({
    store: downloads,
    mirror: () => findDebianMirror(env),
    fetcher: ({ proxy }) => createFetcher({ store: downloads, env, proxy, offline, onEvent: preparation?.onDownload }),
  });
}

/** The architecture of this machine in Debian's and the OCI's words. */
export function determineArchitecture(): DebianArchitecture {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== 'linux' || architecture === undefined) {
    throw platformUnsupported(`${process.platform} on ${process.arch}`);
  }
  return architecture;
}

/**
 * The tree that bubblewrap is taken from: the build image of the builder `base`, extracted.
 */
export async function openBubblewrap(workplace: Workplace, options: MakeBuilderOptions): Promise<{ tree: string }> {
  const image = await makeBuildImage(baseImageOptions(workplace, options, 'base'));
  return { tree: await treeOf(image) };
}

/** A built-in builder with everything that it stands on, made at first use and kept. */
export async function makeBuilder(workplace: Workplace, name: string, options: MakeBuilderOptions): Promise<Builder> {
  const { store } = workplace;
  const definition = await readBuilder(name);
  const base = baseImageOptions(workplace, options, name);
  const [buildImage, runImage, layer, buildpacks] = await Promise.all([
    makeBuildImage(base),
    makeRunImage(base),
    makeLauncherLayer(base),
    Promise.all(definition.buildpackPaths.map((path) => openBuildpack(store, path))),
  ]);
  const chosen = await chooseBuildpacks(store, buildpacks, options.buildpacks);
  const tree = await treeOf(buildImage);
  const reference = definition.runImage ?? `dema/run-${name}:trixie`;
  const { manifest } = await writeImage(store, runImage);
  return {
    name,
    buildpacks: chosen ?? buildpacks,
    order: chosen ? [chosen.map(memberOf)] : definition.order,
    buildImage: {
      tree,
      env: buildImage.config.config?.Env ?? [],
      user: Number(findEnv(buildImage, 'CNB_USER_ID')),
      group: Number(findEnv(buildImage, 'CNB_GROUP_ID')),
      target: targetOf(buildImage),
    },
    runImage: { reference, pinned: `${reference.split(':')[0]}@${manifest.digest}`, image: runImage },
    launcher: { layer, version: VERSION },
    runtime: { version: process.versions.node, node: process.execPath },
    bubblewrap: { tree },
  };
}

/** A folder is named by a path, as everywhere on the command line; anything else is an id. */
async function chooseBuildpacks(
  store: Store,
  known: BuildpackFolder[],
  asked: string[] | undefined,
): Promise<BuildpackFolder[] | undefined> {
  if (asked === undefined) return undefined;
  return Promise.all(
    asked.map(async (name) => {
      if (isPath(name)) return openBuildpack(store, resolve(name));
      const found = known.find(({ descriptor }) => descriptor.buildpack.id === name);
      if (found === undefined)
        throw buildpackUnknown(
          name,
          known.map(({ descriptor }) => descriptor.buildpack.id),
        );
      return found;
    }),
  );
}

function memberOf({ descriptor }: BuildpackFolder): GroupMember {
  return { id: descriptor.buildpack.id, version: descriptor.buildpack.version, optional: false };
}

function baseImageOptions(workplace: Workplace, options: MakeBuilderOptions, name: string) {
  const archive = openDebian(workplace, options);
  const onEvent = options.preparation?.onBaseImage;
  return { store: workplace.store, archive, name, architecture: determineArchitecture(), onEvent };
}

async function treeOf({ layers }: Image): Promise<string> {
  const [layer] = layers;
  if (layer === undefined) throw new Error('a build image has one layer');
  return layer.tree();
}

function targetOf({ config }: Image): Builder['buildImage']['target'] {
  const labels = config.config?.Labels ?? {};
  return {
    os: config.os,
    arch: config.architecture,
    distroName: labels['io.buildpacks.base.distro.name'] ?? '',
    distroVersion: labels['io.buildpacks.base.distro.version'] ?? '',
  };
}
