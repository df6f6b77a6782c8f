import { join } from 'node:path';
import { checkPort } from '@dema/engine';
import { isReference } from '@dema/oci';
import { type Command, Option } from 'commander';
import { type BuildAppOptions, buildApp } from '../build-app.ts';
import { collectCacheWhenDue } from '../collect-cache.ts';
import { collect } from '../collect-option.ts';
import { IN_REGISTRY } from '../destination.ts';
import { collectEnv } from '../env-option.ts';
import { imageNameInvalid } from '../faults.ts';
import { readImageSboms } from '../image-sboms.ts';
import { checkOutputFolder } from '../output-file.ts';
import { ownName, quoteWord } from '../own-name.ts';
import { addPackOptions } from '../pack-options.ts';
import { parsePort } from '../port-option.ts';
import { runNamed } from '../run-named.ts';
import { collectVolume, VOLUME_HELP } from '../volume-option.ts';
import { openWorkplace } from '../workplace.ts';
import { writeSbomDocuments } from '../write-sbom-documents.ts';

interface BuildOptions extends BuildAppOptions {
  path?: string;
  run?: boolean;
  reportOutputDir?: string;
  sbomOutputDir?: string;
  port: number;
  publish?: boolean;
}

const EXAMPLES = `
Examples:
  dema build ./my-app --run
  dema build ./my-app --tag shop:1.2 --env BP_NODE_VERSION=22
  dema build ./my-app --output oci:./image
  dema build ./my-app --output archive:my-app.tar && docker load --input my-app.tar

What --env may set: dema buildpack list, dema buildpack inspect dema/nodejs`;

export function addBuildCommand(program: Command): void {
  const command = withLockOptions(program.command('build'))
    .description('Make an image of the app in a folder.')
    .argument('[path]', 'folder with the source code of the app (default: this folder)')
    .option('-t, --tag <name>', "name of the image (default: the folder's name); may be repeated", collect)
    .option('-B, --builder <name>', 'builder to use: name, folder or image (default: that of project.toml, or base)')
    .option(
      '-b, --buildpack <id>',
      "buildpack, by id, folder or package, instead of the builder's order; may be repeated",
      collect,
    )
    .option('-e, --env <name[=value]>', 'variable for the build; without a value the one it has here', collectEnv)
    .option('-d, --descriptor <file>', "file to read instead of the app's project.toml")
    .option('--env-file <file>', 'file with a variable a line; may be repeated', collect)
    .option('--volume <host:target[:mode]>', VOLUME_HELP, collectVolume)
    .option('--binding <dir>', 'service binding, or folder of them, for the build and with --run the app', collect)
    .option('-D, --default-process <type>', 'process type that the image starts with')
    .option('-o, --output <place>', 'where the image goes: store, daemon, registry, oci:DIR or archive:FILE', 'store')
    .addOption(new Option('--network <mode>', 'network of the build').choices(['host', 'none']).default('host'))
    .option('--offline', 'use nothing but what the store holds: no network for the build, nor for what prepares it')
    .addOption(
      new Option('--sandbox <kind>', 'none: build directly, where dema runs in a container of the build image')
        .choices(['auto', 'namespaces', 'none'])
        .default('auto'),
    )
    .option('--clear-cache', 'forget what earlier builds of this image kept, and build though nothing has changed')
    .option('--exec-env <name>', 'execution environment that the image is made for, such as test (default: production)')
    .option('--previous-image <name>', 'image whose layers are used again (default: the one that this build replaces)')
    .option(
      '--creation-time <time>',
      'time that the image bears: now, seconds since 1970, or a date (default: a fixed one)',
    )
    .option('--report <file>', 'write report.toml, as the Platform specification has it, to this file')
    .option('--json', 'print one event a line as JSON instead of the digest')
    .option('--run', 'run the image once it is built')
    .option('--port <number>', 'with --run: the port, passed to the app as PORT', parsePort, 8080)
    .addHelpText('after', EXAMPLES)
    .action(async (argument: string | undefined, options: BuildOptions) => {
      process.exitCode = await build(asOurs(argument, options));
    });
  addPackOptions(command);
}

function withLockOptions(command: Command): Command {
  return command
    .option('--lock', 'write what was installed into dema.lock.json of the app, instead of following it')
    .option('--locked', 'install nothing but what dema.lock.json names, and refuse what took its place');
}

/** What `dema run` and others find the image by. */
function nameFor(reference: string, output: string): string {
  if (output === 'registry') return `${IN_REGISTRY}${reference}`;
  return ['store', 'daemon'].includes(output) ? reference.replace(/:latest$/, '') : output;
}

/** With `--path` the argument is a name of the image. */
function asOurs(argument: string | undefined, { tag = [], report, ...options }: BuildOptions): BuildOptions {
  if (options.path !== undefined && argument !== undefined && !isReference(argument)) throw imageNameInvalid(argument);
  const names = options.path !== undefined && argument !== undefined ? [argument, ...tag] : tag;
  const { reportOutputDir: dir } = options;
  return {
    ...options,
    path: options.path ?? argument ?? '.',
    tag: names,
    output: options.publish ? 'registry' : options.output,
    report: report ?? (dir && join(dir, 'report.toml')),
  };
}

async function build({ path = '.', ...options }: BuildOptions): Promise<number> {
  if (options.run) await checkPort(options.port);
  if (options.sbomOutputDir) await checkOutputFolder(options.sbomOutputDir);
  const workplace = await openWorkplace(process.env);
  const built = await buildApp(workplace, path, options);
  const { reference, digest } = built;
  if (options.sbomOutputDir) await writeSbomDocuments(options.sbomOutputDir, await readImageSboms(built));
  if (!options.json) process.stdout.write(`${digest}\n`);
  await collectCacheWhenDue(workplace);
  const name = nameFor(reference, options.output);
  if (options.run)
    return runNamed(workplace, name, {
      ...{ port: options.port, binding: options.binding, offline: options.offline },
      env: {},
      args: [],
    });
  if (!options.json) process.stderr.write(`\nnext: ${ownName(process.env)} run ${quoteWord(name)}\n`);
  return 0;
}
