import { type KnownKeys, refuseUnknownKeys } from './known-keys.ts';
import {
  findInteger,
  findString,
  findStrings,
  findTable,
  placeAt,
  readName,
  readString,
  readStrings,
  readTables,
  type TomlTable,
  tomlDocument,
  tomlFault,
} from './toml-place.ts';

/** `base.toml`: what a pair of base images, a build and a run image, is made of. */
export interface BaseDescriptor {
  description?: string;
  maintainer?: string;
  /** What both stand on: a built-in one by its name, or the folder of another, relative to the file. */
  from?: string;
  stackId?: string;
  /** PEM files whose certificates are trusted, relative to the file. */
  certificates: string[];
  labels: Record<string, string>;
  env: Record<string, string>;
  /** Whom containers run as: one in the build image, another of the same group in the run image. */
  user: { name?: string; home?: string; group?: number; build?: number; run?: number };
  /** More users of both images, each in a group of its own. */
  users: BaseUser[];
  /** Of both images. */
  shared: PackageSelection;
  run: PackageSelection & { from?: string };
  build: PackageSelection & { from?: string };
}

export interface BaseUser {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

export interface PackageSelection {
  /** Why a package is asked for, by its name. */
  packages: Record<string, string>;
  /** Why a package counts as installed and is left out with what only it needs, by its name. */
  exclude: Record<string, string>;
  /** Of these packages only what lies at or below these paths, which have no `/` in front. */
  only: Record<string, string[]>;
}

const SELECTION = ['packages', 'exclude', 'only'];
const KNOWN: KnownKeys = {
  '': [
    'description',
    'maintainer',
    'from',
    'stack-id',
    'certificates',
    'labels',
    'env',
    'user',
    'users',
    ...SELECTION,
    'run',
    'build',
  ],
  user: ['name', 'home', 'group', 'build', 'run'],
  users: ['name', 'uid', 'gid', 'home'],
  run: ['from', ...SELECTION],
  build: ['from', ...SELECTION],
};

const ID = /^[A-Za-z0-9][A-Za-z0-9./-]*$/;
const PACKAGE = /^[a-z0-9][a-z0-9+.-]+$/;
const PATH = /^[^/.][^/]*(\/[^/]+)*$/;
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;
/** The highest number that namespaces of users usually have. */
const MAX_ID = 65_533;

export function parseBaseToml(text: string, file: string): BaseDescriptor {
  const document = tomlDocument(text, file);
  refuseUnknownKeys(document, KNOWN, 'a base image');
  const readRole = (name: 'run' | 'build') => {
    const table = findTable(document, name) ?? { ...document, path: [name], value: {} };
    return { ...readSelection(table), from: findString(table, 'from') };
  };
  return {
    description: findString(document, 'description'),
    maintainer: findString(document, 'maintainer'),
    from: findString(document, 'from'),
    stackId: readStackId(document),
    certificates: findStrings(document, 'certificates') ?? [],
    labels: readTexts(document, 'labels'),
    env: readEnv(document),
    user: readUser(findTable(document, 'user')),
    users: readTables(document, 'users').map(readMore),
    shared: readSelection(document),
    run: readRole('run'),
    build: readRole('build'),
  };
}

function readStackId(document: TomlTable): string | undefined {
  const id = findString(document, 'stack-id');
  if (id === undefined || ID.test(id)) return id;
  throw tomlFault(placeAt(document, 'stack-id'), `is "${id}"`, 'use letters, digits, ".", "/" and "-"');
}

function readSelection(table: TomlTable): PackageSelection {
  return {
    packages: readReasons(table, 'packages'),
    exclude: readReasons(table, 'exclude'),
    only: readOnly(findTable(table, 'only')),
  };
}

function readOnly(table: TomlTable | undefined): Record<string, string[]> {
  const names = table ? Object.keys(table.value) : [];
  return Object.fromEntries(names.map((name) => [name, table ? readPaths(table, name) : []]));
}

function readPaths(table: TomlTable, name: string): string[] {
  const paths = readStrings(table, name);
  const wrong = paths.find((path) => !PATH.test(path));
  if (wrong === undefined) return paths;
  throw tomlFault(
    placeAt(table, name),
    `names "${wrong}"`,
    'write paths as packages have them, such as "usr/lib/locale"',
  );
}

/** Every package that somebody names has its reason beside it. */
function readReasons(table: TomlTable, key: string): Record<string, string> {
  const named = findTable(table, key);
  const names = named ? Object.keys(named.value) : [];
  return Object.fromEntries(names.map((name) => [name, named ? readReason(named, name) : '']));
}

function readReason(table: TomlTable, name: string): string {
  if (PACKAGE.test(name)) return readName(table, name);
  throw tomlFault(placeAt(table, name), 'is no name of a Debian package', 'write the name as Debian has it');
}

function readTexts(document: TomlTable, key: string): Record<string, string> {
  const table = findTable(document, key);
  return Object.fromEntries(table ? Object.keys(table.value).map((name) => [name, readString(table, name)]) : []);
}

function readEnv(document: TomlTable): Record<string, string> {
  const env = readTexts(document, 'env');
  const wrong = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong === undefined) return env;
  throw tomlFault(placeAt(document, 'env'), `sets "${wrong}"`, 'name variables with letters, digits and "_"');
}

function readUser(table: TomlTable | undefined): BaseDescriptor['user'] {
  if (!table) return {};
  const [group, build, run] = ['group', 'build', 'run'].map((key) => findId(table, key));
  const name = findString(table, 'name');
  if (name !== undefined) checkUserName(table, name);
  if (build !== undefined && build === run) {
    throw tomlFault(
      placeAt(table, 'run'),
      `is ${run}, as for builds`,
      'take another number: an app must not be able to change what buildpacks made',
    );
  }
  return { name, home: findHome(table), group, build, run };
}

function readMore(table: TomlTable): BaseUser {
  const name = readString(table, 'name');
  checkUserName(table, name);
  const uid = findId(table, 'uid');
  if (uid === undefined) throw tomlFault(placeAt(table, 'uid'), 'is missing', 'add the number of the user');
  return { name, uid, gid: findId(table, 'gid') ?? uid, home: findHome(table) ?? '/nonexistent' };
}

function checkUserName(table: TomlTable, name: string): void {
  if (USER.test(name)) return;
  throw tomlFault(placeAt(table, 'name'), `is "${name}"`, 'use small letters, digits, "-" and "_", 32 at most');
}

function findId(table: TomlTable, key: string): number | undefined {
  const id = findInteger(table, key);
  if (id === undefined || (id >= 1 && id <= MAX_ID)) return id;
  throw tomlFault(placeAt(table, key), `is ${id}`, `take a number from 1 to ${MAX_ID}`);
}

function findHome(table: TomlTable): string | undefined {
  const home = findString(table, 'home');
  if (home === undefined || /^(\/[A-Za-z0-9._-]+)+$/.test(home)) return home;
  throw tomlFault(placeAt(table, 'home'), `is "${home}"`, 'write an absolute path, such as "/home/app"');
}
