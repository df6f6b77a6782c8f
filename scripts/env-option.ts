import { envInvalid } from './faults.ts';
import { isVariableName } from './variable-name.ts';

type Variables = Record<string, string>;

/** `NAME=value`, or `NAME` for the value that it has here; a variable that is not set here is left out. */
export function collectEnv(text: string, variables: Variables = {}): Variables {
  const split = text.indexOf('=');
  const name = split < 0 ? text : text.slice(0, split);
  if (!isVariableName(name)) throw envInvalid(name);
  const value = split < 0 ? process.env[name] : text.slice(split + 1);
  return value === undefined ? variables : { ...variables, [name]: value };
}
