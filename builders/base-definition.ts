import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type BaseDescriptor, type BaseUser, parseBaseToml } from '@dema/spec';
import { findBaseFolder } from './base-folder.ts';
import { readBuilderFile } from './builder-folder.ts';
import { baseCircular, baseFileMissing } from './faults.ts';
import type { ImageRole, ImageUser } from './image-role.ts';

/** What one base image is, with all that it has from what it stands on. */
export interface BaseDefinition {
  role: ImageRole;
  /** `base`, or how the folder is called. */
  name: string;
  packages: string[];
  /** Names that count as installed and are left out with what only they need. */
  exclude: string[];
  /** Of these packages only what lies at or below these paths. */
  only: Record<string, string[]>;
  /** Where its packages are pinned: beside the `base.toml` that names packages of this image. */
  lockFile: string;
  description: string;
  maintainer: string;
  stackId: string;
  labels: Record<string, string>;
  env: Record<string, string>;
  user: ImageUser;
  users: BaseUser[];
  /** Absolute paths of PEM files. */
  certificates: string[];
}

/**
 * A base image of a builder, by the builder's name or folder. Faults: those of `base.toml`, BUILDER_NAME_UNKNOWN,
 * BUILDER_FILE_MISSING, BUILDER_BASE_CIRCULAR.
 */
export async function readBaseDefinition(name: string, role: ImageRole): Promise<BaseDefinition> {
  return readFolder(await findBaseFolder(name, role), role, []);
}

async function readFolder(folder: string, role: ImageRole, above: string[]): Promise<BaseDefinition> {
  if (above.includes(folder)) throw baseCircular([...above, folder]);
  const file = join(folder, 'base.toml');
  const [namer] = above.slice(-1);
  const isBuilder = existsSync(join(folder, 'builder.toml'));
  if (!isBuilder && !existsSync(file)) throw baseFileMissing(folder, namer && join(namer, 'base.toml'));
  const descriptor = parseBaseToml(await readBuilderFile(folder, 'base.toml'), file);
  const from = descriptor[role].from ?? descriptor.from;
  if (from === undefined) return extendDefinition(nothing(role), descriptor, file);
  const below = await findBaseFolder(/^[./]/.test(from) ? resolve(folder, from) : from, role, file);
  return extendDefinition(await readFolder(below, role, [...above, folder]), descriptor, file);
}

/** Two users of one group: an app must not be able to change what buildpacks made. */
function nothing(role: ImageRole): BaseDefinition {
  return {
    role,
    name: '',
    ...{ packages: [], exclude: [], only: {} },
    lockFile: '',
    ...{ description: '', maintainer: 'Dema', stackId: '' },
    ...{ labels: {}, env: {} },
    user: { name: 'cnb', uid: role === 'build' ? 1001 : 1002, gid: 1000, home: '/home/cnb' },
    ...{ users: [], certificates: [] },
  };
}

function extendDefinition(below: BaseDefinition, own: BaseDescriptor, file: string): BaseDefinition {
  const folder = dirname(file);
  const { role, user } = below;
  const named = { ...own.shared.packages, ...own[role].packages };
  const excluded = { ...own.shared.exclude, ...own[role].exclude };
  const hasOwn = Object.keys({ ...named, ...excluded }).length > 0 || below.lockFile === '';
  const only = Object.entries(below.only).filter(([name]) => !(name in named));
  const name = basename(folder);
  return {
    role,
    name,
    packages: [...new Set([...below.packages, ...Object.keys(named)])].sort(),
    exclude: [...new Set([...below.exclude, ...Object.keys(excluded)])].filter((one) => !(one in named)).sort(),
    only: { ...Object.fromEntries(only), ...own.shared.only, ...own[role].only },
    lockFile: hasOwn ? join(folder, `${role}.lock.json`) : below.lockFile,
    description: own.description ?? below.description,
    maintainer: own.maintainer ?? below.maintainer,
    stackId: own.stackId ?? (below.stackId || `io.dema.stacks.${name}`),
    labels: { ...below.labels, ...own.labels },
    env: { ...below.env, ...own.env },
    user: {
      name: own.user.name ?? user.name,
      uid: own.user[role] ?? user.uid,
      gid: own.user.group ?? user.gid,
      home: own.user.home ?? user.home,
    },
    users: [...below.users, ...own.users],
    certificates: [...below.certificates, ...own.certificates.map((path) => resolve(folder, path))],
  };
}
