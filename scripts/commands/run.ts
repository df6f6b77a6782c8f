import { checkPort } from '@dema/engine';
import type { Command } from 'commander';
import type { VolumeChoices } from '../binding-volumes.ts';
import { buildApp } from '../build-app.ts';
import { collect } from '../collect-option.ts';
import { findPlace } from '../destination.ts';
import { readEnvFiles } from '../env-file.ts';
import { collectEnv } from '../env-option.ts';
import type { PullChoices } from '../find-pulled-image.ts';
import { isPath } from '../is-path.ts';
import { parsePort } from '../port-option.ts';
import { runNamed } from '../run-named.ts';
import { collectVolume, VOLUME_HELP } from '../volume-option.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

interface RunOptions extends VolumeChoices, PullChoices {
  process?: string;
  port?: number;
  env?: Record<string, string>;
  envFile?: string[];
}

const EXAMPLES = `
Examples:
  dema run my-app
  dema run ./my-app
  dema run docker://registry.example/acme/tool:1 -- --help
  dema run my-app --port 3000 --process worker -- --verbose`;

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('Run an image without a container engine.')
    .argument(
      '<image|path>',
      'image of the image store or a registry, oci:DIR, archive:FILE, or the folder of an app, which is built first',
    )
    .argument('[args...]', 'arguments for the process, after `--`')
    .option('--process <type>', 'process type to start instead of the default one')
    .option(
      '--port <number>',
      'port that the app is to listen on, passed to it as PORT (default: the one that the image exposes, or 8080)',
      parsePort,
    )
    .option('-e, --env <name[=value]>', 'variable for the app; without a value the one it has here', collectEnv)
    .option('--env-file <file>', 'file with a variable a line; may be repeated', collect)
    .option('--offline', 'use nothing but what the store holds, also to build a folder; the app itself has the network')
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--volume <host:target[:mode]>', VOLUME_HELP, collectVolume)
    .option('--binding <dir>', 'service binding for the app, or folder of them; may be repeated', collect)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, args: string[], { process: processType, env = {}, ...options }: RunOptions) => {
      const variables = { ...(await readEnvFiles(options.envFile, process.env)), ...env };
      const workplace = await openWorkplace(process.env);
      const isApp = isPath(name) && !findPlace(name);
      if (isApp) await checkPort(options.port ?? 8080);
      const image = isApp ? await buildFirst(workplace, name, options.offline) : name;
      process.exitCode = await runNamed(workplace, image, { ...options, processType, env: variables, args });
    });
}

async function buildFirst(workplace: Workplace, path: string, offline: boolean | undefined): Promise<string> {
  return (await buildApp(workplace, path, { network: 'host', output: 'store', offline })).reference;
}
