import { existsSync } from 'node:fs';
import { type BuilderDefinition, listBuiltIn, readBuilder } from '@dema/builders';
import { isFault } from '@dema/errors';
import { createIndex, parsePlatform, parseReference } from '@dema/oci';
import type { Command } from 'commander';
import { determineArchitecture } from '../architecture.ts';
import { builderSystemUnsupported } from '../builder-faults.ts';
import { builtInName } from '../built-in-name.ts';
import { collect } from '../collect-option.ts';
import { createBuilders } from '../create-builder.ts';
import { describeCreated } from '../describe-created-builder.ts';
import { openDestination } from '../destination.ts';
import { namesNeedStore } from '../faults.ts';
import type { ImageDestination } from '../image-destination.ts';
import { collectLabel } from '../label-option.ts';
import type { RegistryChoices } from '../registry-destination.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import { withStopAtOnce } from '../stop.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

interface CreateOptions extends RegistryChoices {
  config?: string;
  output: string;
  publish?: boolean;
  tag?: string[];
  target?: string[];
  lifecycle?: string[];
  runImage?: string[];
  label?: Record<string, string>;
  offline?: boolean;
  locked?: boolean;
  json?: boolean;
}

const HELP = `
The definition is a builder.toml as pack reads it. Buildpacks of ours may stand in it by their ids, such as dema/nodejs, or as
folders with their source; the runtime that they share comes with them. Without a lifecycle only dema can build with it.

Examples:
  dema builder create localhost:5000/builder --config ./builder.toml --publish
  dema builder create localhost:5000/builder --config base --lifecycle ./lifecycle.tgz --publish
  dema builder create base --output oci:./builder`;

export function addBuilderCreateCommand(builder: Command): void {
  builder
    .command('create')
    .description('Make the image of a builder out of its definition.')
    .argument('<name>', 'name of the image, or of a built-in builder')
    .option('-c, --config <file>', 'builder.toml, its folder, or a built-in builder (default: builder.toml)')
    .option('-o, --output <place>', 'where it goes: store, daemon, registry, oci:DIR or archive:FILE', 'store')
    .option('--publish', 'the same as --output registry')
    .option('--tag <name>', 'another name of it; may be repeated', collect)
    .option(
      '-t, --target <os/arch>',
      'platform to make it for (default: those of the definition); may be repeated',
      collect,
    )
    .option(
      '--lifecycle <place>',
      'lifecycle: archive, https address with #sha256=, docker://NAME; may be repeated',
      collect,
    )
    .option('--run-image <name>', "run image instead of the definition's; further ones are its mirrors", collect)
    .option('-l, --label <name=value>', 'label of the image; may be repeated', collectLabel)
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--offline', 'use nothing but what the store holds')
    .option('--locked', 'refuse what took the place of a package of the base images')
    .option('--json', 'print names, digests and contents as JSON instead of the digest')
    .addHelpText('after', HELP)
    .action((name: string, options: CreateOptions) => withStopAtOnce(() => create(name, options)));
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const { config, reference } = await determineSubject(name, options);
  const output = options.publish ? 'registry' : options.output;
  const references = [reference, ...(options.tag ?? [])].map(parseReference);
  if (references.length > 1 && !['store', 'registry'].includes(output)) throw namesNeedStore(output);
  const workplace = await openWorkplace(process.env);
  const definition = await readBuilder(config);
  const destination = openDestination(workplace, output, options);
  for (const one of references) await checkDestination(destination, one);
  const architectures = determineArchitectures(definition, options, output);
  const images = await createBuilders(definition, placeOf(workplace, options), architectures, {
    ...placeOf(workplace, options),
    locked: options.locked,
    labels: options.label ?? {},
    lifecycles: options.lifecycle ?? [],
    runImages: options.runImage ?? [],
    preparation: createPreparationReporter(process.stderr),
    onWarning: tellOnce(),
  });
  const [only] = images;
  const found = only && images.length === 1 ? only : createIndex(images);
  const digests = [];
  for (const one of references) digests.push((await destination.put(one, found)).digest);
  const [digest] = digests;
  for (const line of describeCreated(references, images)) process.stderr.write(`${line}\n`);
  process.stdout.write(options.json ? `${JSON.stringify({ references, digest })}\n` : `${digest}\n`);
}

/** Every platform has the same run images. */
function tellOnce(): (sentence: string) => void {
  const told = new Set<string>();
  return (sentence) => {
    if (!told.has(sentence)) process.stderr.write(`warning: ${sentence}\n`);
    told.add(sentence);
  };
}

function placeOf(workplace: Workplace, { insecureRegistry, offline }: CreateOptions) {
  return { workplace, env: process.env, insecureRegistry, offline };
}

/** Says what is wrong with the place before the work begins; what stands there and is no image for this machine is none of ours. */
async function checkDestination(images: ImageDestination, reference: string): Promise<void> {
  try {
    await images.find(reference);
  } catch (error) {
    if (!isFault(error) || !/^OCI_(PLATFORM_MISSING|IMAGE|BLOB|LAYER|LAYOUT_INVALID|ARCHIVE)/.test(error.code))
      throw error;
  }
}

/** A built-in builder by its name alone is made from its definition, unless a definition lies here. */
async function determineSubject(
  name: string,
  { config }: CreateOptions,
): Promise<{ config: string; reference: string }> {
  if (config !== undefined) return { config, reference: name };
  if (existsSync('builder.toml') || !(await listBuiltIn()).includes(name))
    return { config: 'builder.toml', reference: name };
  return { config: name, reference: builtInName(name) };
}

/** Distributions in a target are those of the build image. Fault CLI_ARGUMENTS_INVALID. */
function readArchitecture(target: string): string {
  const { os, architecture } = parsePlatform(target.replace(/:.*$/, ''));
  if (os !== 'linux') throw builderSystemUnsupported(os);
  return architecture;
}

/** Those that are asked for; where several can go, those of the definition; else the one of this machine, if it is one of them. */
function determineArchitectures({ targets }: BuilderDefinition, { target }: CreateOptions, output: string): string[] {
  const own = determineArchitecture();
  if (target) return target.map(readArchitecture);
  const known = [...new Set(targets.flatMap(({ os, arch }) => (arch && os !== 'windows' ? [arch] : [])))];
  const [first = own] = known;
  if (output === 'registry' || output.startsWith('oci:')) return known.length > 0 ? known : [own];
  return [known.includes(own) ? own : first];
}
