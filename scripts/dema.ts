import { asFault, type Fault, formatFault, redact } from '@dema/errors';
import { unexpected } from './faults.ts';
import { createProgram } from './program.ts';
import { isStop } from './stop.ts';

/** Ends with the exit code of the command; whatever is thrown is printed as one fault. */
async function main(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (isStop(error)) {
      process.stderr.write('stopped\n');
      process.exitCode = error.exitCode;
      return;
    }
    const shown = asFault(error, unexpected);
    if (process.argv.includes('--json')) process.stdout.write(`${renderFault(shown)}\n`);
    process.stderr.write(`${formatFault(shown)}\n`);
    process.exitCode = shown.exitCode;
  }
}

/** Whoever read our output has gone, as `head` does: nobody is left to tell anything to. */
function endQuietly({ code }: NodeJS.ErrnoException): void {
  process.exit(code === 'EPIPE' ? 0 : 1);
}

/** The last event of a command with `--json` that failed. */
function renderFault({ code, problem, fix, blame, details, exitCode }: Fault): string {
  return redact(JSON.stringify({ type: 'fault', code, problem, fix, blame, details, exitCode }));
}

await main();
