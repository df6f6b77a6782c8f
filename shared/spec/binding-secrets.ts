import { registerSecret } from '@dema/errors';

/** Shorter values are words such as a port or the name of a host, which would make logs unreadable. */
const SHORTEST = 8;

/** Without a part that could be a secret; an error about an address should name it. */
const PLAIN_ADDRESS = /^(\w+:)?\/\/[^?@]*$/;

/** Keeps a secret out of logs, and gives it back: one line as a whole, of several lines the values in them. */
export function hideSecret(text: string): string {
  const lines = text.trim().split(/\r?\n/);
  const values = lines.length === 1 ? lines : lines.flatMap(valuesOf);
  for (const value of values) if (value.length >= SHORTEST && !PLAIN_ADDRESS.test(value)) registerSecret(value);
  return text;
}

/** `name=value`, `name: value`, `<name>value</name>`; of `a:b=value` both that begins with `b` and the value itself. */
function valuesOf(line: string): string[] {
  return [...line.matchAll(/(?:[=:]\s*|>)["']?(?=([^\s<>"']+))/g)].map(([, value = '']) => value);
}
