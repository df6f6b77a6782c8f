import { type BuilderModule, type BuildpackFolder, createModuleLayer, moduleName, RUNTIME_ID } from '@dema/engine';
import { semverOrder } from '@dema/versions';
import type { MakeBuilderOptions } from './make-builder.ts';
import { asDebian } from './open-build-image.ts';
import type { ModuleKind } from './open-buildpackage.ts';
import { needsRuntime } from './provide-runtime.ts';
import { openRuntimeBuildpack } from './runtime-buildpack.ts';
import type { SourcePlace } from './source-place.ts';

/**
 * The buildpacks or extensions that `openLocations` gives for a definition as layers of a builder, every one once. What ours run on
 * comes with them, though nobody names it: the newest of what packages bring and what this program has. Faults: those of
 * `openRuntimeBuildpack`.
 */
export async function makeBuilderModules(
  all: BuildpackFolder[],
  kind: ModuleKind,
  place: SourcePlace,
  options: MakeBuilderOptions,
): Promise<BuilderModule[]> {
  const runtime = await chooseRuntime(all, place, options);
  const named = all.filter((one) => !isRuntime(one));
  const { store } = place.workplace;
  const modules = await Promise.all(
    [...named, ...(runtime ? [runtime] : [])].map(async (one) => {
      return { ...one, layer: await createModuleLayer(store, one, kind) };
    }),
  );
  return modules.filter((one, index) => modules.findIndex((other) => isSame(one, other)) === index);
}

function isSame(one: BuilderModule, other: BuilderModule): boolean {
  return moduleName(one) === moduleName(other) && one.layer.diffId === other.layer.diffId;
}

function isRuntime({ descriptor }: BuildpackFolder): boolean {
  return descriptor.buildpack.id === RUNTIME_ID;
}

async function chooseRuntime(
  modules: BuildpackFolder[],
  { workplace, architecture }: SourcePlace,
  options: MakeBuilderOptions,
): Promise<BuildpackFolder | undefined> {
  const brought = modules.filter(isRuntime);
  if (!modules.some(needsRuntime)) return brought[0];
  const own = await openRuntimeBuildpack(workplace, asDebian(architecture), options);
  return [...brought, own].reduce(
    (best, one) => (semverOrder.compare(versionOf(one), versionOf(best)) >= 0 ? one : best),
    own,
  );
}

function versionOf({ descriptor }: BuildpackFolder): string {
  return descriptor.buildpack.version;
}
