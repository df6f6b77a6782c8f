import { parseReference } from '@dema/oci';
import type { Command } from 'commander';
import { collectEnv, type Variables } from '../env-option.ts';
import { parsePort } from '../port-option.ts';
import { runStored } from '../run-stored.ts';
import { openWorkplace } from '../workplace.ts';

interface RunOptions {
  process?: string;
  port: number;
  env: Variables;
}

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('Run an image of the image store, without a container engine.')
    .argument('<image>', 'name of the image')
    .argument('[args...]', 'arguments for the process, after `--`')
    .option('--process <type>', 'process type to start instead of the default one')
    .option('--port <number>', 'port that the app is to listen on, passed to it as PORT', parsePort, 8080)
    .option('-e, --env <name[=value]>', 'variable for the app; without a value the one it has here', collectEnv, {})
    .addHelpText('after', '\nExamples:\n  dema run my-app\n  dema run my-app --port 3000 --process worker -- --verbose')
    .action(async (image: string, args: string[], { process: processType, port, env }: RunOptions) => {
      const workplace = await openWorkplace(process.env);
      process.exitCode = await runStored(workplace, parseReference(image), { processType, port, env, args });
    });
}
