import type { Architecture, Dependency } from './dependency.ts';
import { lockInvalid } from './faults.ts';
import { parseInventory } from './inventory.ts';

/** Beside the app's other files, at the root of its folder. */
export const LOCK_FILE = 'dema.lock.json';

const VERSION = 1;

/** Exactly what each buildpack installs, by its id, with all that it takes to get it again. */
export type DependencyLock = Record<string, Dependency[]>;

/** Fault DEPENDENCY_LOCK_INVALID. */
export function parseLock(text: string, file: string): DependencyLock {
  const lock = parseObject(text, file);
  if (lock.lockVersion !== VERSION) {
    const found =
      isObject(lock.lockVersion) || Array.isArray(lock.lockVersion) ? 'no number' : String(lock.lockVersion);
    throw lockInvalid(file, `its lockVersion is ${found}, and ${VERSION} is what is known here`);
  }
  if (!isObject(lock.buildpacks)) throw lockInvalid(file, 'it has no object "buildpacks"');
  const entries = Object.entries(lock.buildpacks).map(([id, dependencies]) => {
    try {
      return [id, parseInventory({ dependencies }, file)] as const;
    } catch (error) {
      throw lockInvalid(file, `what it says of ${id} is wrong: ${(error as Error).message}`);
    }
  });
  return Object.fromEntries(entries);
}

/** Same dependencies, same bytes, in whatever order they were resolved. */
export function renderLock(lock: DependencyLock): string {
  const buildpacks = Object.entries(lock)
    .filter(([, dependencies]) => dependencies.length > 0)
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([id, dependencies]) => [id, dependencies.toSorted(compareDependencies)] as const);
  const text = JSON.stringify({ lockVersion: VERSION, buildpacks: Object.fromEntries(buildpacks) }, null, 2);
  const packages = /\{\s+"name": [^{}]*"sha256": "[0-9a-f]{64}"\s+\}/g;
  return `${text.replace(packages, (entry) => entry.replace(/\s*\n\s*/g, ' '))}\n`;
}

/** The lock after a build for one architecture. What it says of another stays; what was not resolved any more goes. */
export function updateLock(
  before: DependencyLock,
  resolved: DependencyLock,
  architecture: Architecture,
): DependencyLock {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(resolved)])];
  const entries = ids.map((id) => {
    const others = (before[id] ?? []).filter(
      (one) => one.architecture !== undefined && one.architecture !== architecture,
    );
    return [id, [...others, ...(resolved[id] ?? [])]] as [string, Dependency[]];
  });
  return Object.fromEntries(entries);
}

function compareDependencies(a: Dependency, b: Dependency): number {
  const keyOf = ({ id, version, architecture }: Dependency) => `${id} ${architecture ?? ''} ${version}`;
  return compareTexts(keyOf(a), keyOf(b));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseObject(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw lockInvalid(file, error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value)) throw lockInvalid(file, 'it is not a JSON object');
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
