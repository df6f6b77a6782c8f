import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findMisspeltSettings, listConfigurations, parseToml } from '@dema/spec';
import type { Log } from './log.ts';
import { type Environment, findGivenName, type Settings } from './settings.ts';

/**
 * Says which variables have an old name, and which are probably meant to be one of these settings. Our own engine, which names
 * a file for faults, says the latter for all buildpacks at once; under others each of ours looks at what stands beside it in
 * the builder, so that no setting of another is taken for a slip.
 */
export async function warnOfSettings(settings: Settings, env: Environment, log: Log): Promise<void> {
  for (const [name, setting] of Object.entries(settings)) {
    const given = findGivenName(name, setting, env);
    if (given !== name) log.warn(`${given} is the old name of ${name}; set that instead`);
  }
  if (env.DEMA_FAULT_FILE) return;
  const own = Object.entries(settings).flatMap(([name, { formerly = [] }]) => [name, ...formerly]);
  const given = Object.keys(env);
  if (findMisspeltSettings(given, own).length === 0) return;
  const others = await readOtherSettings(join(env.CNB_BUILDPACK_DIR ?? '', '../..'));
  for (const { name, nearest } of findMisspeltSettings(given, own, others)) {
    log.warn(`nothing reads ${name}; did you mean ${nearest}?`);
  }
}

/** Below `/cnb/buildpacks`, where each version of each buildpack has its folder. */
async function readOtherSettings(folder: string): Promise<string[]> {
  const ids = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const versions = ids.map(async (path) => (await readdir(path).catch(() => [])).map((name) => join(path, name)));
  const names = (await Promise.all(versions)).flat().map(async (path) => {
    const text = await readFile(join(path, 'buildpack.toml'), 'utf8').catch(() => '');
    return listConfigurations(findMetadata(text)).map(({ name }) => name);
  });
  return (await Promise.all(names)).flat();
}

/** What another buildpack wrote wrongly is not this one's to judge. */
function findMetadata(text: string): Record<string, unknown> {
  try {
    const { metadata } = parseToml(text, 'buildpack.toml');
    return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
