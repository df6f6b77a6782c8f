import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What Docker and podman trust for one registry beside what the machine does, PEM: files `*.crt` in `certs.d/<host>[:<port>]` of
 * the user's and the machine's configuration (containers-certs.d(5)). What is not there, or cannot be read, counts for nothing.
 */
export async function readRegistryAuthorities(
  host: string,
  env: Record<string, string | undefined>,
): Promise<string[]> {
  const user = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  const folders = [user, '/etc'].flatMap((base) =>
    ['containers', 'docker'].map((tool) => join(base, tool, 'certs.d', host)),
  );
  const found = await Promise.all(folders.map(readFolder));
  return found.flat();
}

async function readFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.crt')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1').catch(() => '')));
  return texts.filter(Boolean);
}
