import { depthInvalid } from './builder-faults.ts';

/** For `--depth`. Fault CLI_ARGUMENTS_INVALID. */
export function parseDepth(text: string): number {
  if (!/^\d+$/.test(text)) throw depthInvalid(text);
  return Number(text);
}
