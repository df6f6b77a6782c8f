import { readFile } from 'node:fs/promises';
import { argumentsInvalid } from './faults.ts';

/**
 * Variables of a file, one a line: `NAME=value`, or `NAME` for the value that it has here. Empty lines and lines that
 * begin with `#` are passed over; values are taken as they stand, quotes too, as pack and Docker do.
 */
export async function readEnvFile(path: string, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw argumentsInvalid(
      `The file ${path} cannot be read (${error.code}).`,
      'Name a file of variables with `--env-file`.',
    );
  });
  return parseEnvFile(text, env);
}

export function parseEnvFile(text: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const split = line.indexOf('=');
    const name = split < 0 ? line.trim() : line.slice(0, split);
    const value = split < 0 ? env[name] : line.slice(split + 1);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}
