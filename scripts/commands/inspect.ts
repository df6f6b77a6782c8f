import { BUILD_LABEL, type BuildLabel, findLifecycleMetadata } from '@dema/engine';
import { type Image, isIndex, type Platform, platformOf, renderPlatform } from '@dema/oci';
import type { Command } from 'commander';
import { type FoundImage, findImage } from '../destination.ts';
import { platformOption } from '../platform-option.ts';
import { sizeText } from '../size-text.ts';
import { openWorkplace } from '../workplace.ts';

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Show what an image is made of and what it starts.')
    .argument('<image>', 'image of the image store, oci:DIR, archive:FILE, or the path of either')
    .option('--json', "print the image's manifest digest, configuration and labels as JSON")
    .addOption(platformOption("this machine's"))
    .action(async (name: string, { json, platform }: { json?: boolean; platform?: Platform }) => {
      const found = await findImage(await openWorkplace(process.env), name, { platform });
      const size = await compressedSize(found.image);
      process.stdout.write(json ? `${describeAsJson(found, size)}\n` : `${(await describe(found, size)).join('\n')}\n`);
    });
}

async function compressedSize({ layers }: Image): Promise<number> {
  const descriptors = await Promise.all(layers.map((layer) => layer.descriptor()));
  return descriptors.reduce((sum, { size }) => sum + size, 0);
}

function describeAsJson(content: FoundImage, size: number): string {
  const { reference, digest, image } = content;
  return JSON.stringify({ reference, digest, size, ...platformsOf(content), config: image.config });
}

/** Of an index those that it has images for. */
function platformsOf({ found }: FoundImage): { platforms?: string[] } {
  if (!isIndex(found)) return {};
  return { platforms: found.entries.map(({ platform }) => (platform ? renderPlatform(platform) : 'not said')) };
}

async function describe(content: FoundImage, size: number): Promise<string[]> {
  const { reference, digest, image } = content;
  const { created, config } = image.config;
  const { platforms } = platformsOf(content);
  const metadata = findLifecycleMetadata(image);
  const label = config?.Labels?.[BUILD_LABEL];
  const build: BuildLabel | undefined = label === undefined ? undefined : JSON.parse(label);
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
      'layers',
      layers.map((one, index) => `${sizeText(one.size).padStart(9)}  ${historyOf(image, index)}`),
    ),
  ];
}

function section(title: string, lines: string[] | undefined): string[] {
  return lines && lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
}

function describeProcess({ type, command, args }: BuildLabel['processes'][number], build: BuildLabel): string {
  const isDefault = build['buildpack-default-process-type'] === type;
  return `${type}${isDefault ? ' (default)' : ''}: ${[...command, ...(args ?? [])].join(' ')}`;
}

function historyOf({ config, layers }: Image, index: number): string {
  const entries = (config.history ?? []).filter(({ empty_layer: isEmpty }) => !isEmpty);
  return entries[index]?.created_by ?? layers[index]?.diffId ?? '';
}
