import { type FoundBuildLabel, findBuildLabel, findLifecycleMetadata } from '@dema/engine';
import { isFault, redact } from '@dema/errors';
import {
  chooseExactly,
  type Image,
  listReferrers,
  type Platform,
  parseRegistryName,
  platformOf,
  type Referrer,
  renderPlatform,
} from '@dema/oci';
import type { Command } from 'commander';
import { collect } from '../collect-option.ts';
import { type FoundImage, findImage, IN_REGISTRY } from '../destination.ts';
import { listPlatforms, platformOption } from '../platform-option.ts';
import { type RegistryChoices, registryOptions } from '../registry-destination.ts';
import { sizeText } from '../size-text.ts';
import { openWorkplace } from '../workplace.ts';

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Show what an image is made of and what it starts.')
    .argument('<image>', 'image of the image store, oci:DIR, archive:FILE, docker://NAME, daemon:NAME, or a path')
    .option('--json', "print the image's manifest digest, configuration and labels as JSON")
    .addOption(platformOption("this machine's"))
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .action((name: string, options: InspectOptions) => inspect(name, options));
}

interface InspectOptions {
  json?: boolean;
  platform?: Platform;
  insecureRegistry?: string[];
}

async function inspect(name: string, { json, ...choices }: InspectOptions): Promise<void> {
  const found = await findImage(await openWorkplace(process.env), name, choices);
  await chooseExactly(found.found, name, choices.platform);
  const size = await compressedSize(found.image);
  const attached = name.startsWith(IN_REGISTRY) ? await listAttached(found, choices) : undefined;
  const inspected = { ...found, size, ...(attached && { attached }) };
  process.stdout.write(`${json ? describeAsJson(inspected) : redact((await describe(inspected)).join('\n'))}\n`);
}

interface InspectedImage extends FoundImage {
  /** Bytes of all layers, compressed. */
  size: number;
  /** What is attached to it in its registry, and to the index that it stands in. */
  attached?: Referrer[];
}

/** An image can be looked at without. */
async function listAttached(
  { reference, digest, indexDigest }: FoundImage,
  choices: RegistryChoices,
): Promise<Referrer[]> {
  const name = parseRegistryName(reference);
  const subjects = [digest, ...(indexDigest ? [indexDigest] : [])];
  try {
    const options = registryOptions(name, choices);
    return (await Promise.all(subjects.map((subject) => listReferrers(name, subject, options)))).flat();
  } catch (error) {
    if (!isFault(error)) throw error;
    process.stderr.write(`note: what is attached is not known: ${error.problem}\n`);
    return [];
  }
}

async function compressedSize({ layers }: Image): Promise<number> {
  const descriptors = await Promise.all(layers.map((layer) => layer.descriptor()));
  return descriptors.reduce((sum, { size }) => sum + size, 0);
}

function describeAsJson(content: InspectedImage): string {
  const { reference, digest, size, image, attached } = content;
  return JSON.stringify({ reference, digest, size, ...listPlatforms(content.found), attached, config: image.config });
}

async function describe(content: InspectedImage): Promise<string[]> {
  const { reference, digest, size, image, attached } = content;
  const { created, config } = image.config;
  const { platforms } = listPlatforms(content.found);
  const metadata = findLifecycleMetadata(image);
  const build = findBuildLabel(image);
  const layers = await Promise.all(
    image.layers.map(async (layer) => ({ layer, size: (await layer.descriptor()).size })),
  );
  return [
    `${reference}`,
    `  digest      ${digest}`,
    `  size        ${sizeText(size)} compressed`,
    `  platform    ${renderPlatform(platformOf(image))}`,
    ...(platforms ? [`  of these    ${platforms.join(', ')}`] : []),
    `  created     ${created ?? 'not said'}`,
    `  user        ${config?.User ?? 'root'}`,
    ...(metadata ? [`  run image   ${metadata.runImage.image ?? metadata.runImage.reference}`] : []),
    ...section(
      'buildpacks',
      build?.buildpacks.map(({ id, version }) => `${id} ${version}`),
    ),
    ...section(
      'processes',
      build?.processes.map((process) => describeProcess(process, build)),
    ),
    ...section(
      'attached',
      attached?.map(({ artifactType, digest: own }) => `${artifactType ?? 'of an unknown kind'}  ${own}`),
    ),
    ...section(
      'layers',
      layers.map((one, index) => `${sizeText(one.size).padStart(9)}  ${historyOf(image, index)}`),
    ),
  ];
}

function section(title: string, lines: string[] | undefined): string[] {
  return lines && lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
}

function describeProcess(
  { type, command, args }: FoundBuildLabel['processes'][number],
  { defaultType }: FoundBuildLabel,
): string {
  return `${type}${type === defaultType ? ' (default)' : ''}: ${[...command, ...(args ?? [])].join(' ')}`;
}

function historyOf({ config, layers }: Image, index: number): string {
  const entries = (config.history ?? []).filter(({ empty_layer: isEmpty }) => !isEmpty);
  return entries[index]?.created_by ?? layers[index]?.diffId ?? '';
}
