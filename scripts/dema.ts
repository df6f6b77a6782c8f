import { asFault, formatFault } from '@dema/errors';
import { unexpected } from './faults.ts';
import { createProgram } from './program.ts';
import { isStop } from './stop.ts';

/** Ends with the exit code of the command; whatever is thrown is printed as one fault. */
async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (isStop(error)) {
      process.stderr.write('stopped\n');
      process.exitCode = error.exitCode;
      return;
    }
    const shown = asFault(error, unexpected);
    process.stderr.write(`${formatFault(shown)}\n`);
    process.exitCode = shown.exitCode;
  }
}

await main();
