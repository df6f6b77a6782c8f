import { join } from 'node:path';
import { type Dependency, LOCK_FILE, parseInventory } from '@dema/dependencies';
import { isFault } from '@dema/errors';
import type { OnBuildEvent } from './events.ts';
import { buildpackFileInvalid } from './faults.ts';
import { readOutput } from './read-output.ts';
import { PROGRESS_FILE } from './watch-progress.ts';

/** Files by which one of our own buildpacks gets the lock of the app and tells what it installs and how far that is, in a folder that it sees as `place`. */
export function dependencyFiles(place: string): Record<string, string> {
  const names = { DEMA_LOCK_FILE: LOCK_FILE, DEMA_RESOLVED_FILE: RESOLVED_FILE, DEMA_PROGRESS_FILE: PROGRESS_FILE };
  return Object.fromEntries(Object.entries(names).map(([variable, name]) => [variable, `${place}/${name}`]));
}

const RESOLVED_FILE = 'resolved.json';

/** Reads what a buildpack resolved from that folder and tells of it. Fault ENGINE_BUILDPACK_OUTPUT_INVALID. */
export async function collectResolved(folder: string, id: string, onEvent: OnBuildEvent): Promise<Dependency[]> {
  const resolved = await readResolved(join(folder, RESOLVED_FILE), id);
  for (const { id: dependency, name, version, architecture, purl } of resolved) {
    onEvent({ type: 'dependency-resolved', buildpack: id, dependency, name, version, architecture, purl });
  }
  return resolved;
}

/** What one of our own buildpacks wrote to the file that DEMA_RESOLVED_FILE names; nothing of others. Fault ENGINE_BUILDPACK_OUTPUT_INVALID. */
export async function readResolved(file: string, id: string): Promise<Dependency[]> {
  const text = await readOutput(file);
  if (text === undefined) return [];
  try {
    return parseInventory(JSON.parse(text), 'the list of what it resolved');
  } catch (error) {
    if (!isFault(error) && !(error instanceof SyntaxError)) throw error;
    throw buildpackFileInvalid(id, isFault(error) ? error.problem : error.message);
  }
}
