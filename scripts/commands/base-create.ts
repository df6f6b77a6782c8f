import { makeMissingLocks } from '@dema/builders';
import { ARCHITECTURES, type DebianArchitecture, openHostArchive } from '@dema/debian';
import { counted } from '@dema/errors';
import { type Command, Option } from 'commander';
import { determineArchitecture } from '../architecture.ts';
import { collect } from '../collect-option.ts';
import { type CreatedImage, createBaseImages, ROLES } from '../create-base-images.ts';
import { asDebian } from '../open-build-image.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import { sizeText } from '../size-text.ts';
import { withStopAtOnce } from '../stop.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

interface CreateOptions {
  arch?: DebianArchitecture[];
  image?: (typeof ROLES)[number];
  tag?: string;
  output: string;
  publish?: boolean;
  insecureRegistry?: string[];
  offline?: boolean;
  locked?: boolean;
  json?: boolean;
}

const HELP = `
A folder has a base.toml, and gets the lock files of its packages when it has none yet.

Examples:
  dema base create
  dema base create tiny --image run --arch amd64,arm64 --output oci:./run-tiny
  dema base create ./my-base --publish --tag registry.example/base:13`;

export function addBaseCreateCommand(base: Command): void {
  base
    .command('create')
    .description('Make the build image and the run image of a base, for any platform to use.')
    .argument('[base]', 'base images, by name or folder', 'base')
    .option('--arch <list>', 'amd64, arm64, or both, with a comma (default: that of this machine)', parseArchitectures)
    .addOption(new Option('--image <which>', 'only one of the two').choices([...ROLES]))
    .option('-t, --tag <name>', 'name instead of that in builder.toml; of both images without -build and -run')
    .option('-o, --output <place>', 'where they go: store, daemon, registry, oci:DIR or archive:FILE', 'store')
    .option('--publish', 'the same as --output registry')
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--offline', 'ask nothing of the network')
    .option('--locked', 'refuse another package where the mirror no longer has the locked one')
    .option('--json', 'print a line of JSON for each image instead of its digest')
    .addHelpText('after', HELP)
    .action((name: string, options: CreateOptions) => withStopAtOnce(() => create(name, options)));
}

/** Fault: CLI_ARGUMENTS_INVALID. */
function parseArchitectures(text: string): DebianArchitecture[] {
  const names = text.split(',').map(asDebian);
  return ARCHITECTURES.filter((known) => names.includes(known));
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const { arch = [determineArchitecture()], image, json, publish } = options;
  const workplace = await openWorkplace(process.env);
  if (!options.offline && !options.locked) await addMissingLocks(workplace, name);
  const created = createBaseImages(workplace, name, {
    ...options,
    env: process.env,
    roles: image ? [image] : ROLES,
    architectures: arch,
    output: publish ? 'registry' : options.output,
    preparation: createPreparationReporter(process.stderr),
  });
  for await (const one of created) {
    process.stderr.write(`${describe(one).join('\n')}\n`);
    process.stdout.write(`${json ? JSON.stringify(one) : one.digest}\n`);
  }
}

async function addMissingLocks({ downloads }: Workplace, name: string): Promise<void> {
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    for (const { file } of await makeMissingLocks(name, { archive })) process.stderr.write(`${file} made\n`);
  } finally {
    await archive.close();
  }
}

function describe({ reference, output, platforms }: CreatedImage): string[] {
  return [
    `${reference} in ${output}`,
    ...platforms.map(({ architecture, packages, size }) => {
      return `  ${architecture.padEnd(6)} ${sizeText(size)} compressed, ${counted(packages, 'package')}`;
    }),
  ];
}
