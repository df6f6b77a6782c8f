import { type Command, Option } from 'commander';
import { collect } from './collect-option.ts';
import { argumentsInvalid } from './faults.ts';

const SANDBOX = 'Leave it out: every buildpack runs in a sandbox of its own, as the ordinary user of the build image.';
const NO_ENGINE = 'Leave it out: no container engine takes part in a build.';
const CACHE = 'Leave it out: what builds share is kept below DEMA_CACHE; name another folder in that variable.';

/** Options of `pack build` that have no counterpart, with what is to be done instead. */
const PACK_ONLY: Record<string, string> = {
  '--trust-builder': SANDBOX,
  '--trust-extra-buildpacks': SANDBOX,
  '--uid': SANDBOX,
  '--gid': SANDBOX,
  '--docker-host': NO_ENGINE,
  '--userns-host': NO_ENGINE,
  '--flatten': 'Leave it out: every buildpack keeps a layer of its own, which other builders and versions share.',
  '--append-image-name-suffix': 'Leave it out: images for several platforms have one name, and no other of their own.',
  '--interactive': 'Leave it out: progress is shown on a terminal by itself.',
  '--lifecycle-image': NO_ENGINE,
  '--cache-image': CACHE,
  '--workspace': 'Leave it out: an app is always in /workspace.',
  '--extension': 'Leave it out: extensions of images are not supported; put what they install into a base image.',
  '--buildpack-registry': 'Name a buildpack with `--buildpack`, by its id or its folder.',
  '--disable-system-buildpacks': "Take them out of `[system]` in the builder's builder.toml.",
  '--platform': 'Leave it out: images are made for the processor of this machine.',
};

/** What to do instead of an option that pack has and we have not; undefined for any other. */
export function findPackAdvice(message: string): string | undefined {
  const option = /unknown option '(--[\w-]+)/.exec(message)?.[1] ?? '';
  return Object.hasOwn(PACK_ONLY, option) ? PACK_ONLY[option] : undefined;
}

/** Options that are there for those who come from pack. */
export function addPackOptions(command: Command): Command {
  return command
    .option('-p, --path <path>', 'the folder; [path] is the name of the image then, as pack has it')
    .option('--pre-buildpack <id>', 'buildpack before all others; may be repeated', collect)
    .option('--post-buildpack <id>', 'buildpack after all others; may be repeated', collect)
    .option(
      '--run-image <image>',
      'image that the app stands on: of the image store, a registry, oci:DIR or archive:FILE',
    )
    .addOption(
      new Option('--pull-policy <policy>', 'when registries are asked for builder and run image')
        .choices(['always', 'if-not-present', 'never'])
        .default('always'),
    )
    .option('--cache <form>', 'type=build;format=volume, which is how it is anyway', checkCache)
    .option('--report-output-dir <dir>', 'write report.toml into this folder')
    .option('--sbom-output-dir <dir>', 'write the SBOM documents of the image into this folder')
    .option('--publish', 'the same as --output registry')
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect);
}

/** `type=build|launch;format=volume[;name=...]` means the store; other forms cannot be. */
function checkCache(text: string): string {
  const fields = Object.fromEntries(text.split(';').map((field) => field.split('=')));
  if (['build', 'launch'].includes(fields.type) && fields.format === 'volume') return text;
  const { source } = fields;
  throw argumentsInvalid(
    `The cache "${text}" cannot be: what builds share is kept in one folder, whatever the image.`,
    source
      ? `Leave \`--cache\` out and set DEMA_CACHE=${source} to keep it there.`
      : 'Leave `--cache` out, or write `--cache "type=build;format=volume"`.',
  );
}
