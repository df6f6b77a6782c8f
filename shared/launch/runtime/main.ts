import * as std from 'qjs:std';
import { asFault, formatFault } from '@dema/errors';
import { EXIT } from '@dema/spec';
import { type Bytes, bufferFrom } from './bytes.ts';
import { parseEnvironment } from './environment.ts';
import { launcherBroken } from './faults.ts';
import { findFile, readAll } from './files.ts';
import { launch } from './launch.ts';
import { renderPlan } from './plan.ts';

/** Reads the environment of the stub from standard input, and prints what the stub is to do. */
function main(): void {
  const [self = '' as Bytes, ...args] = readArguments();
  const plan = renderPlan(launch(self, args, parseEnvironment(readAll(std.in))));
  std.out.write(bufferFrom(plan), 0, plan.length);
}

/** What stands after the name of this script, as bytes: QuickJS itself has made text of it. */
function readArguments(): Bytes[] {
  const words = (findFile('/proc/self/cmdline') ?? '').split('\0').slice(0, -1) as Bytes[];
  return words.slice(words.length - (scriptArgs.length - 1));
}

try {
  main();
} catch (error) {
  const fault = asFault(error, launcherBroken);
  std.err.puts(`${formatFault(fault)}\n`);
  std.out.puts(`exit ${fault.exitCode === 1 ? EXIT.launch : fault.exitCode}\n`);
}
std.out.flush();
