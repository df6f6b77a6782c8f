import { readDockerDaemons } from './docker-daemon.ts';
import { mirrorInvalid } from './faults.ts';
import { type PullSource, parseMirror } from './pull-sources.ts';
import type { RegistryName } from './registry-name.ts';

/** Mirrors of Docker's own registry that its daemon uses; none of others. Fault: OCI_MIRROR_INVALID. */
export async function readDockerMirrors(
  { host, repository }: RegistryName,
  env: Record<string, string | undefined>,
): Promise<PullSource[]> {
  if (host !== 'docker.io') return [];
  const daemons = await readDockerDaemons(env);
  const { file = '', mirrors = [] } = daemons.find((one) => one.mirrors.length > 0) ?? {};
  return mirrors.map((address) => {
    const source = parseMirror(address, repository);
    if (source === undefined) throw mirrorInvalid(file, address);
    return source;
  });
}
