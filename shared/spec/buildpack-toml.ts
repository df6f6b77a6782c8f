import { SUPPORTED_APIS, supportsApi } from './api.ts';
import { buildpackApiUnsupported } from './faults.ts';
import { type BuildpackReference, readGroups } from './order.ts';
import {
  findString,
  findStrings,
  placeAt,
  readFlag,
  readFree,
  readName,
  readTable,
  readTables,
  type TomlTable,
  tomlDocument,
  tomlFault,
} from './toml-place.ts';

/** What a buildpack or an image extension says of itself. */
export interface ModuleInfo {
  id: string;
  version: string;
  name?: string;
  homepage?: string;
  description?: string;
  keywords: string[];
  licenses: { type?: string; uri?: string }[];
  /** The variables of the platform stay files; they are not set in the environment. */
  clearEnv: boolean;
  /** Execution environments in which it takes part; empty and `*` mean any. */
  execEnv: string[];
}

export interface BuildpackDescriptor {
  api: string;
  buildpack: ModuleInfo & {
    /** Media types of the SBOM documents that it writes. */
    sbomFormats: string[];
  };
  /** As written; see `inferTargets` for a descriptor that has none. */
  targets: Target[];
  stacks: { id: string; mixins: string[] }[];
  /** Present in a composite buildpack, which has no executables. */
  order?: BuildpackReference[][];
  metadata: Record<string, unknown>;
}

/** What an absent field says is: any. */
export interface Target {
  os?: string;
  arch?: string;
  variant?: string;
  distros: { name?: string; version?: string }[];
}

const RESERVED_IDS = ['app', 'config', 'generated', 'sbom'];

/** Reads a `buildpack.toml`. A Buildpack API outside `SUPPORTED_APIS` is a fault with the lifecycle's exit code for it. */
export function parseBuildpackToml(text: string, file: string): BuildpackDescriptor {
  const document = tomlDocument(text, file);
  const api = readName(document, 'api');
  if (!supportsApi('buildpack', api)) throw buildpackApiUnsupported({ file, api, supported: SUPPORTED_APIS.buildpack });
  const order = placeAt(document, 'order').value === undefined ? undefined : readGroups(document, 'order');
  const descriptor: BuildpackDescriptor = {
    api,
    buildpack: readBuildpack(readTable(document, 'buildpack')),
    targets: readTargets(document),
    stacks: readStacks(document),
    metadata: readFree(document, 'metadata'),
  };
  if (!order) return descriptor;
  refuseBoth(document);
  return { ...descriptor, order };
}

/** The targets that the lifecycle assumes when none are written: those of known stacks, or Linux when there is a `bin/build`. */
export function inferTargets(
  { api, stacks, targets }: Pick<BuildpackDescriptor, 'api' | 'stacks' | 'targets'>,
  hasBuild: boolean,
): Target[] {
  if (targets.length) return targets;
  const bionicCounts = stacks.length === 1 || !['0.7', '0.8', '0.9'].includes(api);
  const inferred = stacks.flatMap(({ id }): Target[] => {
    if (id === '*') return [{ distros: [] }];
    if (id !== 'io.buildpacks.stacks.bionic' || !bionicCounts) return [];
    return [{ os: 'linux', arch: 'amd64', distros: [{ name: 'ubuntu', version: '18.04' }] }];
  });
  if (inferred.length) return inferred;
  return hasBuild ? [{ os: 'linux', distros: [] }] : [];
}

/** The `[[targets]]` of a `buildpack.toml` or `builder.toml`. The lifecycle reads the specification's `variant` under the name `arch-variant`. */
export function readTargets(document: TomlTable): Target[] {
  return readTables(document, 'targets').map((target) => ({
    os: findString(target, 'os'),
    arch: findString(target, 'arch'),
    variant: findString(target, 'variant') ?? findString(target, 'arch-variant'),
    distros: readTables(target, 'distros').map((distro) => ({
      name: findString(distro, 'name'),
      version: findString(distro, 'version'),
    })),
  }));
}

function readBuildpack(table: TomlTable): BuildpackDescriptor['buildpack'] {
  return { ...readModuleInfo(table), sbomFormats: findStrings(table, 'sbom-formats') ?? [] };
}

export function readModuleInfo(table: TomlTable): ModuleInfo {
  return {
    id: readId(table),
    version: readVersion(table),
    name: findString(table, 'name'),
    homepage: findString(table, 'homepage'),
    description: findString(table, 'description'),
    keywords: findStrings(table, 'keywords') ?? [],
    licenses: readTables(table, 'licenses').map((license) => ({
      type: findString(license, 'type'),
      uri: findString(license, 'uri'),
    })),
    clearEnv: readFlag(table, 'clear-env'),
    execEnv: findStrings(table, 'exec-env') ?? [],
  };
}

function readId(table: TomlTable): string {
  const id = readName(table, 'id');
  const place = placeAt(table, 'id');
  if (!/^[0-9A-Za-z./-]+$/.test(id) || /^\.+$/.test(id)) {
    throw tomlFault(place, `is "${id}"`, 'use digits, letters, ".", "/" and "-" only, such as "example/rust"');
  }
  if (RESERVED_IDS.includes(id.toLowerCase())) {
    throw tomlFault(
      place,
      `is "${id}", which the specification keeps for itself`,
      'choose another id, such as "example/rust"',
    );
  }
  return id;
}

/** A part of the names of folders, so it cannot be just anything; that it is X.Y.Z is for `checkModuleVersion`. */
function readVersion(table: TomlTable): string {
  const version = readName(table, 'version');
  if (/[/\s\0]/.test(version) || /^\.+$/.test(version)) {
    throw tomlFault(placeAt(table, 'version'), `is "${version}"`, 'write a version such as "1.2.3"');
  }
  return version;
}

/** The `[[stacks]]` of a `buildpack.toml`, or what stands under that key in a label. */
export function readStacks(document: TomlTable): BuildpackDescriptor['stacks'] {
  return readTables(document, 'stacks').map((stack) => {
    const id = readName(stack, 'id');
    const mixins = findStrings(stack, 'mixins') ?? [];
    if (id === '*' && mixins.length) {
      throw tomlFault(
        placeAt(stack, 'mixins'),
        'stands beside the id "*"',
        'remove the mixins, or name the stack that has them',
      );
    }
    return { id, mixins };
  });
}

function refuseBoth(document: TomlTable): void {
  for (const key of ['targets', 'stacks']) {
    if (readTables(document, key).length === 0) continue;
    throw tomlFault(
      placeAt(document, key),
      'stands beside `order`',
      `remove \`${key}\`: a composite buildpack has those of its parts`,
    );
  }
}
