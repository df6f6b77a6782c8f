import { type DebianArchitecture, DISTRIBUTION, type LockedPackage } from './debian-package.ts';
import { debianLockInvalid } from './faults.ts';

/** Names, each list in order. */
export interface WantedPackages {
  packages: string[];
  /** Count as installed, and are left out with what only they need. */
  exclude: string[];
}

/** Exactly these packages, for each architecture ordered by name. */
export interface PackageLock {
  distribution: typeof DISTRIBUTION;
  /** State of the archive: when the newest of its suites was signed, an ISO time. */
  date: string;
  /** What the packages were resolved for; a lock of an older Dema does not say it. */
  wanted?: WantedPackages;
  architectures: Record<DebianArchitecture, LockedPackage[]>;
}

export const ARCHITECTURES = ['amd64', 'arm64'] as const;

const FIELDS = {
  name: /^[a-z0-9][a-z0-9+.-]+$/,
  version: /^[A-Za-z0-9.+:~-]+$/,
  architecture: /^(all|amd64|arm64)$/,
  filename: /^pool\/([A-Za-z0-9+][A-Za-z0-9+._~-]*\/)+[A-Za-z0-9+._~%-]+\.deb$/,
  sha256: /^[0-9a-f]{64}$/,
};

/** JSON of a lock; one package a line, so that differences read well. */
export function renderPackageLock({ distribution, date, wanted, architectures }: PackageLock): string {
  const lists = ARCHITECTURES.map((architecture) => {
    const lines = architectures[architecture].map((pkg) => `      ${JSON.stringify(pickLocked(pkg))}`);
    return `    ${JSON.stringify(architecture)}: [\n${lines.join(',\n')}\n    ]`;
  });
  const head = `  "distribution": ${JSON.stringify(distribution)},\n  "date": ${JSON.stringify(date)},\n`;
  const lines =
    wanted && (['packages', 'exclude'] as const).map((key) => `    "${key}": ${JSON.stringify(wanted[key])}`);
  const reason = lines ? `  "wanted": {\n${lines.join(',\n')}\n  },\n` : '';
  return `{\n${head}${reason}  "architectures": {\n${lists.join(',\n')}\n  }\n}\n`;
}

export function parsePackageLock(text: string, file: string): PackageLock {
  const lock = parseObject(text, file);
  if (lock.distribution !== DISTRIBUTION) throw debianLockInvalid(file, `its distribution is not "${DISTRIBUTION}"`);
  if (typeof lock.date !== 'string' || Number.isNaN(Date.parse(lock.date)))
    throw debianLockInvalid(file, 'it has no date');
  const lists = isObject(lock.architectures) ? lock.architectures : {};
  const parse = (architecture: DebianArchitecture): LockedPackage[] => {
    const list = lists[architecture];
    if (!Array.isArray(list)) throw debianLockInvalid(file, `it has no list of packages for ${architecture}`);
    return list.map((item) => parseLocked(item, architecture, file));
  };
  return {
    distribution: DISTRIBUTION,
    date: lock.date,
    ...(lock.wanted !== undefined && { wanted: parseWanted(lock.wanted, file) }),
    architectures: { amd64: parse('amd64'), arm64: parse('arm64') },
  };
}

function parseWanted(value: unknown, file: string): WantedPackages {
  const { packages, exclude } = isObject(value) ? value : {};
  if (!isNames(packages) || !isNames(exclude)) throw debianLockInvalid(file, 'its "wanted" is not two lists of names');
  return { packages, exclude };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function parseLocked(item: unknown, architecture: DebianArchitecture, file: string): LockedPackage {
  const problem = findLockedProblem(item);
  if (problem) throw debianLockInvalid(file, `${problem} (${architecture})`);
  return pickLocked(item as LockedPackage);
}

/** What is wrong with a value that should be a locked package: `the size of a package is "5"`. */
export function findLockedProblem(item: unknown): string | undefined {
  const fields = isObject(item) ? item : {};
  for (const [field, pattern] of Object.entries(FIELDS)) {
    const value = fields[field];
    if (typeof value !== 'string' || !pattern.test(value)) return `the ${field} of a package is ${shown(value)}`;
  }
  return Number.isSafeInteger(fields.size) ? undefined : `the size of ${fields.name} is ${shown(fields.size)}`;
}

/** Objects may be deeper than a call stack. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

/** Only what a lock keeps, in its order. */
export function pickLocked({ name, version, architecture, filename, size, sha256 }: LockedPackage): LockedPackage {
  return { name, version, architecture, filename, size, sha256 };
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw debianLockInvalid(file, `it is no JSON: ${(error as Error).message}`);
  }
  throw debianLockInvalid(file, 'it is not a JSON object');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
