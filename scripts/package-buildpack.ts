import { dirname } from 'node:path';
import { type BuildpackFolder, composeBuildpackage } from '@dema/engine';
import type { Image, Platform } from '@dema/oci';
import type { Target } from '@dema/spec';
import { determineArchitecture } from './architecture.ts';
import { moduleUnknown } from './builder-faults.ts';
import type { MakeBuilderOptions } from './make-builder.ts';
import { findSource, type ModulePlace, type OpenModulesOptions, openModules } from './open-modules.ts';
import { packageTwice, systemUnsupported } from './package-faults.ts';
import type { PackageDependency, PackageRequest } from './package-request.ts';
import { provideRuntime } from './provide-runtime.ts';
import { isUnknownName } from './source-place.ts';
import { expandTargets } from './target-option.ts';
import { withOriginNamed } from './with-origin-named.ts';
import type { Workplace } from './workplace.ts';

export interface PackageOptions extends MakeBuilderOptions {
  /** Take the place of those of `package.toml` and `buildpack.toml`. */
  targets?: Target[];
  selfContained?: boolean;
  labels?: Record<string, string>;
  insecureRegistry?: string[];
}

/** A package for one target. */
export interface BuildpackPackage {
  target: Target;
  image: Image;
  id: string;
  version: string;
}

/**
 * The packages of a buildpack, one for each target: those asked for, else those that `package.toml` or the buildpack itself names,
 * else this machine's. Faults: CLI_*, ENGINE_PACKAGE_*, those of what it is made of.
 */
export async function packageBuildpack(
  workplace: Workplace,
  request: PackageRequest,
  options: PackageOptions,
): Promise<BuildpackPackage[]> {
  const packages: BuildpackPackage[] = [];
  for (const target of await determineTargets(workplace, request, options))
    packages.push(await packageFor(workplace, target, request, options));
  return packages;
}

async function determineTargets(
  workplace: Workplace,
  { main, targets }: PackageRequest,
  options: PackageOptions,
): Promise<Target[]> {
  const chosen = [options.targets ?? [], targets].find((list) => list.length > 0);
  if (chosen) return expandTargets(chosen);
  const { descriptor } = await openSource(workplace, main, { ...options, isForOthers: true });
  return expandTargets(descriptor.targets.length > 0 ? descriptor.targets : [{ distros: [] }]);
}

async function packageFor(
  workplace: Workplace,
  target: Target,
  { main, dependencies }: PackageRequest,
  options: PackageOptions,
): Promise<BuildpackPackage> {
  const platform = platformOf(target);
  const forTarget = { ...options, target, platform, isForOthers: true };
  const buildpack = await openSource(workplace, main, forTarget);
  const others = await Promise.all(dependencies.map((one) => openDependency(workplace, one, forTarget)));
  const [own, ...rest] = await provideRuntime(workplace, [buildpack, ...others.flat()], {
    ...options,
    arch: platform.architecture,
  });
  const image = await composeBuildpackage({
    store: workplace.store,
    platform,
    buildpack: own ?? buildpack,
    others: rest,
    labels: options.labels,
  });
  const { id, version } = buildpack.descriptor.buildpack;
  return { target, image, id, version };
}

async function openDependency(
  workplace: Workplace,
  { place, uri, file }: PackageDependency,
  options: OpenModulesOptions,
): Promise<BuildpackFolder[]> {
  return withOriginNamed(`\`[[dependencies]]\` of ${file}`, () =>
    openModules(workplace, place, options).catch((error) => {
      throw place.kind === 'name' && isUnknownName(error) ? moduleUnknown('buildpack', uri, dirname(file), []) : error;
    }),
  );
}

/** What a target leaves open is this machine's. */
function platformOf({ os = 'linux', arch, variant }: Target): Platform & { architecture: string } {
  if (os !== 'linux') throw systemUnsupported(os);
  return { os, architecture: arch || determineArchitecture(), ...(variant && { variant }) };
}

async function openSource(
  workplace: Workplace,
  place: ModulePlace,
  options: OpenModulesOptions,
): Promise<BuildpackFolder> {
  const source = await findSource(workplace, place, options);
  if (source === undefined) throw packageTwice(describePlace(place));
  return source;
}

function describePlace(place: ModulePlace): string {
  if (place.kind === 'path') return place.path;
  return place.kind === 'url' ? place.url : place.name;
}
