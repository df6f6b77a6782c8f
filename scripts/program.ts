import { Command, type CommanderError } from 'commander';
import { addBaseCommand } from './commands/base.ts';
import { addBuildCommand } from './commands/build.ts';
import { addBuilderCommands } from './commands/builder.ts';
import { addBuildpackCommands } from './commands/buildpack.ts';
import { addCacheCommand } from './commands/cache.ts';
import { addDependenciesCommand } from './commands/dependencies.ts';
import { addDetectCommand } from './commands/detect.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addImagesCommands } from './commands/images.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addPushCommand } from './commands/push.ts';
import { addRebaseCommand } from './commands/rebase.ts';
import { addRolloutCommand } from './commands/rollout.ts';
import { addRunCommand } from './commands/run.ts';
import { addSbomCommand } from './commands/sbom.ts';
import { argumentsInvalid } from './faults.ts';
import { findPackAdvice } from './pack-options.ts';
import { VERSION } from './version.ts';

/** The command line as a value; what commander would print and exit for itself becomes a fault, but for help and version. */
export function createProgram(): Command {
  const program = new Command('dema')
    .description('Source code to a running container image, with nothing installed.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError(true);
  for (const add of [
    addBuildCommand,
    addRunCommand,
    addDetectCommand,
    addInspectCommand,
    addSbomCommand,
    addRebaseCommand,
    addRolloutCommand,
    addPushCommand,
    addBaseCommand,
    addImagesCommands,
    addBuildpackCommands,
    addBuilderCommands,
    addDependenciesCommand,
    addCacheCommand,
    addDoctorCommand,
  ]) {
    add(program);
  }
  for (const command of allCommands(program)) {
    command.configureOutput({ outputError: () => undefined }).exitOverride(explain);
  }
  return program;
}

/** Commands and their subcommands. */
function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function explain(error: CommanderError): never {
  if (error.exitCode === 0) process.exit(0);
  if (error.code === 'commander.help') process.exit(3);
  const [problem = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1).replace(/\.$/, '')}.`;
  throw argumentsInvalid(
    sentence,
    findPackAdvice(problem) ??
      suggestion?.replace(/^\(|\)$/g, '') ??
      'Run the command with `--help` to see what it takes.',
  );
}
