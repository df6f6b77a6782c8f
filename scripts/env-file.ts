import { readFile } from 'node:fs/promises';
import { argumentsInvalid } from './faults.ts';
import { isVariableName } from './variable-name.ts';

/**
 * Variables of a file, one a line: `NAME=value`, or `NAME` for the value that it has here. Empty lines and lines that
 * begin with `#` are passed over; values are taken as they stand, quotes too, as pack and Docker do.
 * Fault CLI_ARGUMENTS_INVALID with file and line.
 */
async function readEnvFile(path: string, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw argumentsInvalid(
      `The file ${path} cannot be read (${error.code}).`,
      'Name a file of variables with `--env-file`.',
    );
  });
  return parseEnvFile(text, path, env);
}

/** Variables of several files, later ones before earlier ones. */
export async function readEnvFiles(
  paths: readonly string[] | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const files = await Promise.all((paths ?? []).map((path) => readEnvFile(path, env)));
  return Object.assign({}, ...files);
}

export function parseEnvFile(text: string, path: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const split = line.indexOf('=');
    const name = (split < 0 ? line : line.slice(0, split)).trimStart().replace(split < 0 ? /\s+$/ : /$^/, '');
    if (!isVariableName(name)) throw nameInvalid(`${path}:${index + 1}`, name);
    const value = split < 0 ? env[name] : line.slice(split + 1);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

function nameInvalid(place: string, name: string) {
  const fix = name.startsWith('export ')
    ? 'Leave `export` out: the file is no script, and each line is `NAME=value`.'
    : 'Write each line as `NAME=value`, or `NAME` for the value that it has here; comments begin with `#`.';
  return argumentsInvalid(`${place}: ${JSON.stringify(name)} is no name of a variable.`, fix);
}
