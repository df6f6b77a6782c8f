import { type Fault, fault } from '@dema/errors';

export interface InventoryError {
  file: string;
  /** As it would be written: `dependencies[2].sources[0].checksum`. */
  key: string;
  /** A clause after the key: `must be a string`. */
  reason: string;
}

export function inventoryInvalid({ file, key, reason }: InventoryError): Fault {
  return fault('DEPENDENCY_INVENTORY_INVALID', {
    problem: `${file}: \`${key}\` ${reason}`,
    fix: `correct ${file}; a generated inventory is made anew by its generator, which its first field names`,
    blame: 'bug',
  });
}

export interface RangeError {
  id: string;
  source: string;
  range: string;
}

export function rangeInvalid({ id, source, range }: RangeError): Fault {
  return fault('DEPENDENCY_RANGE_INVALID', {
    problem: `"${range}" from ${source} is neither a version of ${id} nor a range of versions`,
    fix: `write a version or a range into ${source}, such as "24", "^24.1" or ">=22 <25"`,
    blame: 'user',
  });
}

export interface UnsatisfiableError extends RangeError {
  name: string;
  architecture: string;
  /** Newest first. */
  available: string[];
  /** A range that works, for the message. */
  suggestion?: string;
  /** Versions that satisfy the range but exist for other architectures only. */
  elsewhere: string[];
}

export function versionUnsatisfiable(error: UnsatisfiableError): Fault {
  const { id, name, source, range, architecture, available, elsewhere } = error;
  const suggestion = error.suggestion ?? available[0];
  return fault('DEPENDENCY_VERSION_UNSATISFIABLE', {
    problem: `no version of ${name} for ${architecture} satisfies "${range}" from ${source}`,
    fix: available.length
      ? `write a range into ${source} that one of these versions satisfies, such as "${suggestion}", or use a builder that has the version`
      : `use a builder whose buildpack has ${id} for ${architecture}`,
    blame: 'user',
    details: [
      available.length ? `there is: ${available.join(', ')}` : `there is no ${name} for ${architecture}`,
      ...(elsewhere.length ? [`for other architectures only: ${elsewhere.join(', ')}`] : []),
    ],
  });
}

export interface SourceFailure {
  uri: string;
  /** The setting by which it was asked for at another address. */
  setting?: string;
  reason: Fault;
}

export interface SourcesError {
  name: string;
  version: string;
  failures: SourceFailure[];
}

export function sourcesFailed({ name, version, failures }: SourcesError): Fault {
  const [first, ...others] = failures.map(({ reason }) => reason);
  const isOne = first && others.every(({ code }) => code === first.code);
  return fault('DEPENDENCY_SOURCES_FAILED', {
    problem: `${name} ${version} could be had from none of its sources.`,
    fix: isOne
      ? first.fix
      : 'Make one of these sources reachable. Proxies, certificates, registries and mirrors are the ones that other tools of this machine use; docs/network.md says where they are set.',
    blame: 'platform',
    details: failures.flatMap(({ uri, setting, reason }) => [
      `${uri}${setting ? `, by ${setting}` : ''}: ${reason.problem}`,
      ...reason.details.slice(0, 5).map((line) => `  ${line}`),
    ]),
  });
}

export function sourceUnsupported(uri: string): Fault {
  return fault('DEPENDENCY_SOURCE_UNSUPPORTED', {
    problem: `nothing here can fetch from ${uri}`,
    fix: 'give the dependency a source of https:, pkg:npm or pkg:deb',
    blame: 'bug',
  });
}

/** Without the value: there may be a password in it. */
export function mirrorInvalid(setting: string, reason: string): Fault {
  return fault('DEPENDENCY_MIRROR_INVALID', {
    problem: `${setting} does not name a mirror: ${reason}.`,
    fix: `Set it to an https:, http: or file: address such as https://mirror.example/{originalHost}, or to mirror=ADDRESS,skip-path=/PATH; or unset it.`,
    blame: 'user',
  });
}

/** @param key a host or a checksum */
export function mirrorAmbiguous(key: string, settings: string[]): Fault {
  return fault('DEPENDENCY_MIRROR_AMBIGUOUS', {
    problem: `There are different addresses for ${key} in ${settings.join(' and ')}.`,
    fix: 'Leave the right one and take the other out.',
    blame: 'user',
  });
}

export function packageUrlInvalid(uri: string, reason: string): Fault {
  return fault('DEPENDENCY_PACKAGE_URL_INVALID', {
    problem: `"${uri}" is not a package URL: ${reason}`,
    fix: 'write it as pkg:TYPE/NAMESPACE/NAME@VERSION?KEY=VALUE',
    blame: 'bug',
  });
}

export function debianListInvalid(file: string, problem: string): Fault {
  return fault('DEPENDENCY_DEBIAN_LIST_INVALID', {
    problem: `${file} is no list of Debian packages: ${problem}`,
    fix: `write it as {"name": "Rust", "version": "rustc", "packages": {"rustc": "the compiler"}}`,
    blame: 'user',
  });
}

export function lockInvalid(file: string, problem: string): Fault {
  return fault('DEPENDENCY_LOCK_INVALID', {
    problem: `${file} is no lock of dependencies: ${problem}.`,
    fix: 'Take it from version control again, or make it anew with `dema build --lock`.',
    blame: 'user',
  });
}

export interface LockError {
  name: string;
  file: string;
  source: string;
  range: string;
  /** Versions that the lock has; empty when it knows nothing of the dependency. */
  locked: string[];
}

export function lockUnsatisfied({ name, file, source, range, locked }: LockError): Fault {
  const has = locked.length > 0 ? `has ${name} ${locked.join(', ')}` : `has no ${name}`;
  return fault('DEPENDENCY_LOCK_UNSATISFIED', {
    problem: `${file} ${has}, and "${range}" from ${source} asks for another one.`,
    fix: 'Make the lock anew with `dema build --lock` and commit it, or build without `--locked`.',
    blame: 'user',
  });
}

export function lockMissing(file: string): Fault {
  return fault('DEPENDENCY_LOCK_MISSING', {
    problem: `There is no ${file}, and the build may install only what stands in it.`,
    fix: 'Make it with `dema build --lock` and commit it, or build without `--locked` (BP_DEPENDENCY_LOCKED).',
    blame: 'user',
  });
}

export function sourcesForbidden({ name, version, kinds, allowed }: SourcesForbidden): Fault {
  return fault('DEPENDENCY_SOURCES_FORBIDDEN', {
    problem: `${name} ${version} can be had from ${kinds.join(', ')}, and BP_DEPENDENCY_SOURCES allows ${allowed.join(', ') || 'nothing'}.`,
    fix: `Add one of these kinds of source to BP_DEPENDENCY_SOURCES, or ask for a version that comes from an allowed one.`,
    blame: 'user',
  });
}

export interface SourcesForbidden {
  name: string;
  version: string;
  /** Kinds of the sources that there are. */
  kinds: string[];
  allowed: string[];
}
