import { argumentsInvalid } from './faults.ts';

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw argumentsInvalid(`"${text}" is no port.`, 'Give a number from 1 to 65535, such as `--port 8080`.');
}
