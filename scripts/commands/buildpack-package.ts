import { resolve } from 'node:path';
import type { Target } from '@dema/spec';
import { type Command, Option } from 'commander';
import { collect } from '../collect-option.ts';
import { argumentsInvalid } from '../faults.ts';
import { collectLabel } from '../label-option.ts';
import { packageBuildpack } from '../package-buildpack.ts';
import { readPackageRequest } from '../package-request.ts';
import { checkPlaceOfPackages, putPackages } from '../put-packages.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import { withStopAtOnce } from '../stop.ts';
import { collectTargets } from '../target-option.ts';
import { openWorkplace } from '../workplace.ts';

const HELP = `
pack, kpack and other platforms take the package as it is. A package of one of ours brings the Node.js that ours run on:
a builder has it once, however many packages bring it; with --self-contained the buildpack holds it itself.
A composite buildpack is made of what the [[dependencies]] of its package.toml name.

Examples:
  dema buildpack package ./rust
  dema buildpack package ./rust --target linux/arm64 --output oci:./package
  dema buildpack package ./rust --publish --tag registry.example/acme/rust:1.0.0
  dema buildpack package --config ./all/package.toml --self-contained`;

interface Options {
  path?: string;
  config?: string;
  output?: string;
  publish?: boolean;
  format?: 'image' | 'file';
  tag?: string;
  target?: Target[];
  selfContained?: boolean;
  label?: Record<string, string>;
  offline?: boolean;
  insecureRegistry?: string[];
}

export function addBuildpackPackageCommand(buildpack: Command): void {
  buildpack
    .command('package')
    .description('Make a package of a buildpack that other platforms can use.')
    .argument('[folder]', 'buildpack, as a folder (default: this folder)')
    .option('-o, --output <place>', 'archive:FILE, oci:DIR, store, daemon or registry (default: archive:NAME.cnb)')
    .option('--publish', 'the same as --output registry')
    .option('--tag <name>', 'name of the image (default: id and version of the buildpack)')
    .option('-c, --config <file>', 'package.toml (default: the one in the folder, if any)')
    .option('--target <target>', 'os[/arch[/variant]][:distro@version]; may be repeated', collectTargets)
    .option('--self-contained', 'put Node.js into the buildpack itself, not beside it')
    .option('-l, --label <name=value>', 'label of the image; may be repeated', collectLabel)
    .option('--offline', 'use nothing but what the store holds')
    .option('-p, --path <folder>', 'the folder; [folder] is the name of the image then, as pack has it')
    .addOption(
      new Option('-f, --format <kind>', 'file: [folder] is the name of the file then, as pack has it').choices([
        'image',
        'file',
      ]),
    )
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .addHelpText('after', HELP)
    .action((argument: string | undefined, options: Options) =>
      withStopAtOnce(() => packageAndPut(asOurs(argument, options))),
    );
}

/** With `--path`, `--format` or `--config` the argument is a name, as those who come from pack write it. */
function asOurs(argument: string | undefined, { format, publish, ...options }: Options): Options & { path: string } {
  if (format === 'file' && publish)
    throw argumentsInvalid('A file cannot be published.', 'Leave out `--publish` or `--format file`.');
  const isName = [options.path, options.config, format].some((one) => one !== undefined);
  const name = isName ? argument : undefined;
  const path = options.path ?? (isName ? '.' : (argument ?? '.'));
  if (format === 'file') return { output: name && `archive:${withEnding(name)}`, ...options, path };
  const output = options.output ?? (publish ? 'registry' : name && 'store');
  return { ...options, path, output, tag: options.tag ?? name };
}

function withEnding(name: string): string {
  return /\.[^./]+$/.test(name) ? name : `${name}.cnb`;
}

async function packageAndPut({ path, config, target, label, ...options }: Options & { path: string }): Promise<void> {
  const workplace = await openWorkplace(process.env);
  checkPlaceOfPackages(workplace, options);
  const request = await readPackageRequest({ folder: resolve(path), config });
  const preparation = createPreparationReporter(process.stderr);
  const packages = await packageBuildpack(workplace, request, {
    ...options,
    targets: target,
    labels: label,
    env: process.env,
    preparation,
  });
  for (const { reference, place, digest } of await putPackages(workplace, packages, options)) {
    process.stderr.write(`${reference} in ${place}\n`);
    process.stdout.write(`${digest}\n`);
  }
}
