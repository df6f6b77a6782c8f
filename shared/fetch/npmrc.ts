import { readFile } from 'node:fs/promises';
import { encode, parse } from 'ini';
import { npmConfigInvalid } from './faults.ts';

type Environment = Record<string, string | undefined>;

/** Settings of one source by npm's names, in lower case with hyphens; those of a registry's path begin with `//`. */
export type NpmSettings = Record<string, string | string[]>;

/** An absent file has no settings. */
export async function readNpmrc(file: string, env: Environment): Promise<NpmSettings> {
  try {
    return parseNpmrc(await readFile(file, 'utf8'), env);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw npmConfigInvalid(file, error instanceof Error ? error.message : String(error));
  }
}

export function parseNpmrc(text: string, env: Environment): NpmSettings {
  const settings: NpmSettings = {};
  for (const [key, value] of Object.entries(parse(text))) {
    if (Array.isArray(value)) settings[expand(key, env)] = value.map((one) => expand(String(one), env));
    else if (typeof value !== 'object') settings[expand(key, env)] = expand(String(value), env);
  }
  return settings;
}

/** The opposite of `parseNpmrc`: text that looks like a variable stays text. */
export function renderNpmrc(settings: NpmSettings): string {
  const escapeVariables = (text: string) => text.replaceAll('${', '\\${');
  const escaped = Object.entries(settings).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map(escapeVariables) : escapeVariables(value),
  ]);
  return encode(Object.fromEntries(escaped));
}

/** The settings that npm reads from variables: `npm_config_<name>` in any case; an empty one is as good as none. */
export function parseNpmEnvironment(env: Environment): NpmSettings {
  const settings: NpmSettings = {};
  for (const [name, value] of Object.entries(env)) {
    if (!value || !/^npm_config_/i.test(name)) continue;
    const key = name.slice('npm_config_'.length);
    settings[key.startsWith('//') ? key : key.toLowerCase().replace(/(?!^)_/g, '-')] = value;
  }
  return settings;
}

/** npm's rule: `${NAME}` is the variable's value, stays as it is when there is none (`${NAME?}`: empty), and `\${NAME}` is text. */
function expand(text: string, env: Environment): string {
  return text.replace(
    /(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}/g,
    (whole, slashes: string, name: string, optional?: string) => {
      if (slashes.length % 2) return whole.slice((slashes.length + 1) / 2);
      return slashes.slice(slashes.length / 2) + (env[name] ?? (optional ? '' : `\${${name}}`));
    },
  );
}
