import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What Docker's daemon.json says of registries. */
export interface DockerDaemon {
  file: string;
  /** Addresses of mirrors of Docker's own registry. */
  mirrors: string[];
  /** Hosts with their ports, and networks such as `10.0.0.0/8`. */
  insecure: string[];
}

/** Of the user's daemon, then of the machine's. What is not there, or is of another shape, says nothing. */
export async function readDockerDaemons(env: Record<string, string | undefined>): Promise<DockerDaemon[]> {
  const user = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return Promise.all([join(user, 'docker/daemon.json'), '/etc/docker/daemon.json'].map(readDaemon));
}

async function readDaemon(file: string): Promise<DockerDaemon> {
  try {
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return { file, mirrors: textsOf(config['registry-mirrors']), insecure: textsOf(config['insecure-registries']) };
  } catch {
    return { file, mirrors: [], insecure: [] };
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
