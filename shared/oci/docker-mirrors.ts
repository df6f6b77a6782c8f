import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { mirrorInvalid } from './faults.ts';
import { type PullSource, parseMirror } from './pull-sources.ts';
import type { RegistryName } from './registry-name.ts';

/** Mirrors of Docker's own registry that its daemon uses, as `registry-mirrors` of daemon.json; none of others. Fault: OCI_MIRROR_INVALID. */
export async function readDockerMirrors(
  { host, repository }: RegistryName,
  env: Record<string, string | undefined>,
): Promise<PullSource[]> {
  if (host !== 'docker.io') return [];
  const user = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  for (const file of [join(user, 'docker/daemon.json'), '/etc/docker/daemon.json']) {
    const addresses = await readAddresses(file);
    if (addresses.length === 0) continue;
    return addresses.map((address) => {
      const source = parseMirror(address, repository);
      if (source === undefined) throw mirrorInvalid(file, address);
      return source;
    });
  }
  return [];
}

async function readAddresses(file: string): Promise<string[]> {
  try {
    const { 'registry-mirrors': found } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
