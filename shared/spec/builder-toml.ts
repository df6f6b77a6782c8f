import { readTargets, type Target } from './buildpack-toml.ts';
import { type KnownKeys, refuseUnknownKeys } from './known-keys.ts';
import { type BuildpackReference, readGroups } from './order.ts';
import { type RunImageReference, readRunImages } from './run-toml.ts';
import { readSystem, type SystemBuildpacks } from './system-toml.ts';
import {
  findString,
  findStrings,
  findTable,
  placeAt,
  readName,
  readString,
  readTables,
  type TomlTable,
  tomlDocument,
  tomlFault,
} from './toml-place.ts';

/** `builder.toml`, as `pack builder create` reads it. Relative paths are relative to the file. */
export interface BuilderDescriptor {
  description?: string;
  buildpacks: ModuleLocation[];
  extensions: ModuleLocation[];
  order: BuildpackReference[][];
  orderExtensions: BuildpackReference[][];
  build: { image?: string; env: BuilderEnv[] };
  run: { images: RunImageReference[] };
  stack?: { id?: string; buildImage?: string; runImage?: string; runImageMirrors: string[] };
  lifecycle?: { uri?: string; version?: string };
  targets: Target[];
  system: SystemBuildpacks;
}

/** Where a builder takes a buildpack or an extension from: one of `uri` and `image`. */
export interface ModuleLocation {
  id?: string;
  version?: string;
  uri?: string;
  image?: string;
}

export interface BuilderEnv {
  name: string;
  value: string;
  /** An action of `applyEnvFiles`; absent where the author left it out, which means the same as `default`. */
  suffix?: string;
  delim?: string;
  execEnv: string[];
}

/** Keys that are known in each table; pack refuses all others. */
const KNOWN: KnownKeys = {
  '': [
    'description',
    'buildpacks',
    'extensions',
    'order',
    'order-extensions',
    'build',
    'run',
    'stack',
    'lifecycle',
    'targets',
    'system',
  ],
  buildpacks: ['id', 'version', 'uri', 'image'],
  extensions: ['id', 'version', 'uri', 'image'],
  order: ['group'],
  'order.group': ['id', 'version', 'optional'],
  'order-extensions': ['group'],
  'order-extensions.group': ['id', 'version', 'optional'],
  build: ['image', 'env'],
  'build.env': ['name', 'value', 'suffix', 'delim', 'exec-env'],
  run: ['images'],
  'run.images': ['image', 'mirrors'],
  stack: ['id', 'build-image', 'run-image', 'run-image-mirrors'],
  lifecycle: ['uri', 'version'],
  targets: ['os', 'arch', 'variant', 'arch-variant', 'distros'],
  'targets.distros': ['name', 'version'],
  system: ['pre', 'post'],
  'system.pre': ['buildpacks'],
  'system.pre.buildpacks': ['id', 'version', 'optional'],
  'system.post': ['buildpacks'],
  'system.post.buildpacks': ['id', 'version', 'optional'],
};

export function parseBuilderToml(text: string, file: string): BuilderDescriptor {
  const document = tomlDocument(text, file);
  const run = findTable(document, 'run');
  refuseUnknownKeys(document, KNOWN, 'a builder');
  const order = readGroups(document, 'order');
  if (!order.length)
    throw tomlFault(placeAt(document, 'order'), 'is missing', 'add an `[[order]]` with the buildpacks to be tried');
  return {
    description: findString(document, 'description'),
    buildpacks: readTables(document, 'buildpacks').map(readModule),
    extensions: readTables(document, 'extensions').map(readModule),
    order,
    orderExtensions: readGroups(document, 'order-extensions'),
    build: readBuild(findTable(document, 'build')),
    run: { images: run ? readRunImages(run) : [] },
    stack: readStack(findTable(document, 'stack')),
    lifecycle: readLifecycle(findTable(document, 'lifecycle')),
    targets: readTargets(document),
    system: readSystem(document),
  };
}

function readModule(table: TomlTable): ModuleLocation {
  const [uri, image] = [findString(table, 'uri'), findString(table, 'image')];
  if ((uri === undefined) === (image === undefined)) {
    const found = uri === undefined ? 'has neither `uri` nor `image`' : 'has both `uri` and `image`';
    throw tomlFault(table, found, 'write either the `uri` of a folder or archive, or the `image` of a buildpackage');
  }
  return { id: findString(table, 'id'), version: findString(table, 'version'), uri, image };
}

function readBuild(table: TomlTable | undefined): BuilderDescriptor['build'] {
  if (!table) return { env: [] };
  return { image: findString(table, 'image'), env: readTables(table, 'env').map(readEnv) };
}

function readEnv(table: TomlTable): BuilderEnv {
  const suffix = findString(table, 'suffix') || undefined;
  const delim = findString(table, 'delim');
  if (suffix && !['default', 'override', 'append', 'prepend'].includes(suffix)) {
    throw tomlFault(
      placeAt(table, 'suffix'),
      `is "${suffix}"`,
      'use one of "default", "override", "append" and "prepend"',
    );
  }
  if ((suffix === 'append' || suffix === 'prepend') && delim === undefined) {
    throw tomlFault(
      placeAt(table, 'delim'),
      `is missing beside the suffix "${suffix}"`,
      'write what stands between the values, such as ":"',
    );
  }
  const execEnv = findStrings(table, 'exec-env') ?? [];
  const name = readName(table, 'name');
  if (/[/=\0]/.test(name)) throw tomlFault(placeAt(table, 'name'), `is "${name}"`, 'write a name without "/" and "="');
  return { name, value: readString(table, 'value'), suffix, delim, execEnv };
}

function readStack(table: TomlTable | undefined): BuilderDescriptor['stack'] {
  return (
    table && {
      id: findString(table, 'id'),
      buildImage: findString(table, 'build-image'),
      runImage: findString(table, 'run-image'),
      runImageMirrors: findStrings(table, 'run-image-mirrors') ?? [],
    }
  );
}

function readLifecycle(table: TomlTable | undefined): BuilderDescriptor['lifecycle'] {
  if (!table) return undefined;
  const [uri, version] = [findString(table, 'uri'), findString(table, 'version')];
  if (uri !== undefined && version !== undefined) {
    throw tomlFault(table, 'has both `uri` and `version`', 'leave one of them');
  }
  return { uri, version };
}
