import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type PackageDescriptor, parsePackageToml, type Target } from '@dema/spec';
import { descriptorMissing } from './faults.ts';
import type { ModulePlace } from './open-modules.ts';
import { packageUnsupported } from './package-faults.ts';
import { checkReadable, readNamedFile } from './readable-file.ts';
import { parseSource } from './source-place.ts';

/** What a package is made of. */
export interface PackageRequest {
  main: ModulePlace;
  dependencies: PackageDependency[];
  /** Of `package.toml`; none says nothing. */
  targets: Target[];
}

/** What a composite buildpack is made of. */
export interface PackageDependency {
  place: ModulePlace;
  /** As the `package.toml` names it. */
  uri: string;
  file: string;
}

/**
 * What the `package.toml` says that was named or that lies in the folder of the buildpack; without one it is the folder alone.
 * Faults: SPEC_*, CLI_ARGUMENTS_INVALID, CLI_FILE_UNREADABLE.
 */
export async function readPackageRequest({
  folder,
  config,
}: {
  folder: string;
  config?: string;
}): Promise<PackageRequest> {
  const file = resolve(config ?? join(folder, 'package.toml'));
  if (config === undefined && !existsSync(file)) {
    return { main: { kind: 'path', path: resolve(folder) }, dependencies: [], targets: [] };
  }
  const descriptor = await readPackageToml(file);
  const parse = (uri: string) => parsePlace(uri, file);
  return {
    main: parse(descriptor.uri),
    dependencies: descriptor.dependencies.map(({ uri }) => ({ place: parse(uri), uri, file })),
    targets: descriptor.targets,
  };
}

async function readPackageToml(file: string): Promise<PackageDescriptor> {
  await checkReadable(file);
  if (!existsSync(file)) throw descriptorMissing(file, 'package.toml', '--config');
  const descriptor = parsePackageToml(await readNamedFile(file), file);
  if (descriptor.kind === 'extension') throw packageUnsupported(file, 'an image extension');
  if (descriptor.os !== 'linux') throw packageUnsupported(file, 'a buildpack for Windows');
  return descriptor;
}

function parsePlace(uri: string, file: string): ModulePlace {
  const locator = parseSource(uri, { folder: dirname(file) });
  if (locator.kind === 'builder') throw packageUnsupported(file, `${uri}, and there is no builder here`);
  return locator;
}
