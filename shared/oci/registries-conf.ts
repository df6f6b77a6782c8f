import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseToml } from '@dema/spec';
import type { RegistryName } from './registry-name.ts';

type Environment = Record<string, string | undefined>;

/** What a file says of registries whose names begin so (containers-registries.conf(5), version 2). */
export interface MirroredRegistry {
  file: string;
  /** Of `host/repository`; it begins with `*.` for every host below one. */
  prefix: string;
  /** What takes the place of the prefix. */
  location?: string;
  isInsecure: boolean;
  isBlocked: boolean;
  mirrors: { location: string; isInsecure: boolean; when: 'all' | 'digest-only' | 'tag-only' }[];
}

/**
 * All entries of the file that CONTAINERS_REGISTRIES_CONF names, else of those of the machine and of the user. Files that are not
 * there say nothing. Fault: TOML_SYNTAX_INVALID.
 */
export async function readRegistriesConf(env: Environment): Promise<MirroredRegistry[]> {
  const all: MirroredRegistry[] = [];
  for (const file of await listFiles(env)) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) all.push(...parseRegistriesConf(text, file));
  }
  return all;
}

/** The entry with the longest prefix that fits, of equal ones the later, with what the prefix stands for in the name. */
export function findRegistry(
  all: readonly MirroredRegistry[],
  { host, repository }: Pick<RegistryName, 'host' | 'repository'>,
): MirroredRegistry | undefined {
  const fitting = all.flatMap((one) => {
    const prefix = findPrefix(one.prefix, `${host}/${repository}`);
    return prefix === undefined ? [] : [{ ...one, prefix }];
  });
  return fitting.reduce<MirroredRegistry | undefined>(
    (best, one) => (best && best.prefix.length > one.prefix.length ? best : one),
    undefined,
  );
}

/** Later ones go before earlier ones. */
async function listFiles(env: Environment): Promise<string[]> {
  if (env.CONTAINERS_REGISTRIES_CONF) return [env.CONTAINERS_REGISTRIES_CONF];
  const user = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'containers');
  const lists = await Promise.all(
    ['/etc/containers', user].map(async (folder) => {
      const parts = await readdir(join(folder, 'registries.conf.d')).catch(() => []);
      const names = parts.filter((part) => part.endsWith('.conf')).sort();
      return [join(folder, 'registries.conf'), ...names.map((part) => join(folder, 'registries.conf.d', part))];
    }),
  );
  return lists.flat();
}

function parseRegistriesConf(text: string, file: string): MirroredRegistry[] {
  const { registry } = parseToml(text, file);
  return tablesOf(registry).flatMap((one) => {
    const [prefix, location] = [one.prefix, one.location].map(textOf);
    if (prefix === undefined && location === undefined) return [];
    const byDigest = one['mirror-by-digest-only'] === true ? 'digest-only' : 'all';
    return [
      {
        file,
        prefix: prefix ?? location ?? '',
        ...(location !== undefined && { location }),
        isInsecure: one.insecure === true,
        isBlocked: one.blocked === true,
        mirrors: tablesOf(one.mirror).flatMap((mirror) => {
          const place = textOf(mirror.location);
          const said = textOf(mirror['pull-from-mirror']);
          const when = said === 'digest-only' || said === 'tag-only' ? said : byDigest;
          return place === undefined ? [] : [{ location: place, isInsecure: mirror.insecure === true, when }];
        }),
      },
    ];
  });
}

/** The beginning of a name that a prefix means: it ends where a part of the name does. */
function findPrefix(prefix: string, name: string): string | undefined {
  if (prefix.startsWith('*.')) {
    const host = name.slice(0, name.indexOf('/')).replace(/:\d+$/, '');
    return host.endsWith(prefix.slice(1)) ? host : undefined;
  }
  return name === prefix || (name.startsWith(prefix) && /[/:]/.test(name.charAt(prefix.length))) ? prefix : undefined;
}

function tablesOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
