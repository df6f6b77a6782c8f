import { basename, resolve } from 'node:path';
import { type BuildEvent, buildImage } from '@dema/engine';
import { readNpmConfig } from '@dema/fetch';
import { parseReference, referenceFromName } from '@dema/oci';
import type { Command } from 'commander';
import { collectEnv, type Variables } from '../env-option.ts';
import { makeBuilder } from '../make-builder.ts';
import { parsePort } from '../port-option.ts';
import { createBuildReporter, createJsonReporter } from '../report-build.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import { runStored } from '../run-stored.ts';
import { withStop } from '../stop.ts';
import { openWorkplace } from '../workplace.ts';

interface BuildOptions {
  tag?: string;
  path?: string;
  builder: string;
  buildpack?: string[];
  env: Variables;
  network: string;
  clearCache?: boolean;
  json?: boolean;
  run?: boolean;
  port: number;
}

export function addBuildCommand(program: Command): void {
  program
    .command('build')
    .description('Make an image of the app in a folder.')
    .argument('[path]', 'folder with the source code of the app (default: this folder)')
    .option('-t, --tag <name>', "name of the image (default: the folder's name)")
    .option('-p, --path <path>', 'the folder, as pack spells it')
    .option('-B, --builder <name>', 'builder to use', 'base')
    .option(
      '-b, --buildpack <id>',
      "buildpack, by id or folder, instead of the builder's order; may be repeated",
      collect,
    )
    .option('-e, --env <name[=value]>', 'variable for the build; without a value the one it has here', collectEnv, {})
    .option('--network <mode>', 'network of the build: host or none', 'host')
    .option('--clear-cache', 'forget what earlier builds of this image kept')
    .option('--json', 'print one event a line as JSON instead of the digest')
    .option('--run', 'run the image once it is built')
    .option('--port <number>', 'with --run: the port, passed to the app as PORT', parsePort, 8080)
    .addHelpText(
      'after',
      '\nExamples:\n  dema build ./my-app --run\n  dema build ./my-app --tag shop:1.2 --env BP_NODE_VERSION=22',
    )
    .action(async (path: string | undefined, options: BuildOptions) => {
      process.exitCode = await build(path ?? options.path ?? '.', options);
    });
}

async function build(path: string, options: BuildOptions): Promise<number> {
  const app = resolve(path);
  const reference = options.tag ? parseReference(options.tag) : referenceFromName(basename(app));
  const workplace = await openWorkplace(process.env);
  const onEvent = options.json ? createJsonReporter(process.stdout) : createBuildReporter(process.stderr);
  const built = await withStop((signal) => buildIn(workplace, { app, reference, options, onEvent, signal }));
  if (!options.json) process.stdout.write(`${built.digest}\n`);
  if (!options.run) {
    if (!options.json) process.stderr.write(`\nnext: dema run ${shortReference(reference)}\n`);
    return 0;
  }
  return runStored(workplace, reference, { port: options.port, env: {}, args: [] });
}

interface BuildRun {
  app: string;
  reference: string;
  options: BuildOptions;
  onEvent: (event: BuildEvent) => void;
  signal: AbortSignal;
}

async function buildIn(
  workplace: Awaited<ReturnType<typeof openWorkplace>>,
  { app, reference, options, onEvent, signal }: BuildRun,
) {
  const { env } = process;
  const preparation = options.json ? undefined : createPreparationReporter(process.stderr);
  const [builder, npm] = await Promise.all([
    makeBuilder(workplace, options.builder, { env, buildpacks: options.buildpack, preparation }),
    readNpmConfig(env),
  ]);
  return buildImage({
    ...workplace,
    app,
    reference,
    builder,
    npm,
    hostEnv: env,
    env: options.env,
    network: options.network !== 'none',
    clearCache: options.clearCache ?? false,
    onEvent,
    signal,
  });
}

function collect(text: string, all: string[] = []): string[] {
  return [...all, text];
}

/** What a person would type: without the tag that everybody means. */
function shortReference(reference: string): string {
  return reference.replace(/:latest$/, '');
}
