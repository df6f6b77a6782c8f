import { asFault, type Fault, formatFault, redactJson } from '@dema/errors';
import { endNow } from './end-now.ts';
import { unexpected } from './faults.ts';
import { writeEvent } from './json-events.ts';
import { createProgram } from './program.ts';
import { endStopped, isStop } from './stop.ts';
import { watchOutput } from './watch-output.ts';

/** Ends with the exit code of the command; whatever is thrown is printed as one fault. */
async function main(): Promise<void> {
  watchOutput();
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (isStop(error)) endStopped(error);
    const shown = asFault(error, unexpected);
    tellAsJson(shown, process.argv.slice(2));
    endNow(formatFault(shown), shown.exitCode);
  }
}

/** Commands that print events with `--json`; others print one document. */
const WITH_EVENTS = ['build', 'detect'];

/** The last event of a command with `--json` that failed, or its only line. */
function tellAsJson({ code, problem, fix, blame, details, exitCode }: Fault, argv: string[]): void {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (!own.includes('--json')) return;
  const event = { type: 'fault', code, problem, fix, blame, details, exitCode };
  if (own.some((word) => WITH_EVENTS.includes(word))) writeEvent(event);
  else process.stdout.write(`${redactJson(event)}\n`);
}

await main();
