import { redactJson } from '@dema/errors';

let isStarted = false;

/** Writes an event as a line of JSON to standard output, which shows no secret; the first line names the version of the schema. */
export function writeEvent(event: { type: string }): void {
  if (!isStarted) process.stdout.write(`${JSON.stringify({ type: 'start', schema: 1 })}\n`);
  isStarted = true;
  process.stdout.write(`${redactJson(event)}\n`);
}
