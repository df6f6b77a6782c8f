import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

type Environment = Record<string, string | undefined>;

const run = promisify(execFile);
const defaults = new Map<string, Promise<DefaultRegistry>>();

/** Folder of the npm in use: the one that started us, else the first on PATH. */
export async function findNpmFolder(env: Environment): Promise<string | undefined> {
  const started = env.npm_execpath?.endsWith('npm-cli.js') ? [env.npm_execpath] : [];
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'npm'));
  for (const candidate of [...started, ...onPath]) {
    const script = await realpath(candidate).catch(() => undefined);
    if (script) return dirname(dirname(script));
  }
  return undefined;
}

/** The registry, or why it cannot be had. */
export type DefaultRegistry = { registry: string } | { missing: string };

/**
 * The registry that npm uses when nobody names one. The address belongs to npm, so npm is asked: its file of defaults, and
 * where that looks otherwise (a shim of a version manager, another npm) the program itself, which takes 0.2 s.
 */
export function findDefaultRegistry(env: Environment, npmFolder: string | undefined): Promise<DefaultRegistry> {
  const key = npmFolder ?? '';
  const known = defaults.get(key) ?? findDefault(env, npmFolder);
  defaults.set(key, known);
  return known;
}

async function findDefault(env: Environment, npmFolder: string | undefined): Promise<DefaultRegistry> {
  if (!npmFolder) return { missing: 'there is no npm on PATH' };
  const file = join(npmFolder, 'node_modules/@npmcli/config/lib/definitions/definitions.js');
  const text = await readFile(file, 'utf8').catch(() => '');
  const registry = /'registry',\s*\{\s*default:\s*['"`](https?:\/\/[^'"`]+)['"`]/.exec(text)?.[1];
  return registry ? { registry } : askNpm(env);
}

async function askNpm(env: Environment): Promise<DefaultRegistry> {
  try {
    const { stdout } = await run('npm', ['config', 'get', 'registry'], { env: { ...env }, timeout: 20_000, cwd: '/' });
    const registry = stdout.trim();
    return /^https?:\/\//.test(registry) ? { registry } : { missing: `npm config get registry: ${registry}` };
  } catch (error) {
    return { missing: `npm config get registry: ${error instanceof Error ? error.message : error}` };
  }
}
