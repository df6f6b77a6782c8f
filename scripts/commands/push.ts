import {
  chooseImage,
  type ImageOrIndex,
  type Platform,
  type PushContent,
  parseReference,
  parseRegistryName,
  readRegistryContent,
} from '@dema/oci';
import { type Command, Option } from 'commander';
import { type AttachChoices, attachAll, collectAttachment, parseSbomFormats, readAttachments } from '../attachments.ts';
import { collect } from '../collect-option.ts';
import { findImageOrIndex, IN_REGISTRY, nameInRegistry } from '../destination.ts';
import { registryImageMissing } from '../faults.ts';
import { platformOption } from '../platform-option.ts';
import { type RegistryChoices, registryDestination, registryOptions } from '../registry-destination.ts';
import { createScreen, type Screen } from '../screen.ts';
import { sizeText } from '../size-text.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

interface PushCommandOptions extends AttachChoices {
  insecureRegistry?: string[];
  json?: boolean;
  platform?: Platform;
}

const EXAMPLES = `
Examples:
  dema push registry.example/shop/cart:1.2
  dema push shop registry.example/shop/cart:1.2
  dema push archive:shop.tar localhost:5000/shop
  dema push docker://registry.example/shop/cart:1.2 mirror.example/shop/cart:1.2
  dema push shop registry.example/shop/cart:1.2 --sbom cyclonedx,spdx`;

export function addPushCommand(program: Command): void {
  program
    .command('push')
    .description('Send an image to a registry: only what is not there yet.')
    .argument('<image>', 'image of the image store, oci:DIR, archive:FILE, docker://NAME in a registry, or a path')
    .argument('[name]', 'name that it gets, which begins with the registry (default: the name that it has)')
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .addOption(platformOption('all of them'))
    .addOption(
      new Option('--sbom [formats]', 'attach the SBOM of each image, in cyclonedx or in these formats: spdx,syft')
        .preset('cyclonedx')
        .argParser(parseSbomFormats),
    )
    .option(
      '--attach <type=file>',
      'attach a file of a media type, such as a signature, to what is sent',
      collectAttachment,
    )
    .option('--json', 'print name, digest and what was sent as JSON instead of the digest')
    .addHelpText('after', EXAMPLES)
    .action((name: string, target: string | undefined, options: PushCommandOptions) => push(name, target, options));
}

async function push(name: string, target: string | undefined, options: PushCommandOptions): Promise<void> {
  const workplace = await openWorkplace(process.env);
  const { platform, sbom, attach, ...choices } = options;
  const source = await findSource(workplace, name, { ...choices, platform });
  const reference = parseReference(nameInRegistry(target ?? source.reference));
  const attachments =
    sbom || attach
      ? await readAttachments(reference, await source.found(), { sbom, attach }, source.content?.descriptor)
      : [];
  const blobs = { sent: 0, mounted: 0, there: 0 };
  let bytes = 0;
  const screen = createScreen(process.stderr);
  const registry = registryDestination(workplace.store, {
    ...choices,
    mountFrom: name.startsWith(IN_REGISTRY) ? [nameInRegistry(name)] : [],
    onBlob({ how, size }) {
      blobs[how] += 1;
      if (how === 'sent') bytes += size;
    },
    onProgress: progressOn(screen, `sending ${reference}`),
  });
  const { content } = source;
  const put = content ? registry.putContent(reference, content) : registry.put(reference, await source.found());
  const { digest } = await put.finally(() => screen.status(undefined));
  process.stderr.write(
    `${reference}: ${blobs.sent} sent (${sizeText(bytes)}), ${blobs.there + blobs.mounted} there already\n`,
  );
  const attached = await attachAll(reference, attachments, choices);
  for (const { type, digest: own } of attached) process.stderr.write(`attached ${type} ${own}\n`);
  const more = attached.length > 0 ? { attached } : {};
  process.stdout.write(
    options.json ? `${JSON.stringify({ reference, digest, ...blobs, bytes, ...more })}\n` : `${digest}\n`,
  );
}

interface Source {
  reference: string;
  found(): Promise<ImageOrIndex>;
  /** Of a registry, all of what stands under the name there: it is sent on as it is. */
  content?: PushContent;
}

/** Faults: those of `findImageOrIndex`, OCI_PLATFORM_MISSING. */
async function findSource(
  workplace: Workplace,
  name: string,
  { platform, ...choices }: Pick<PushCommandOptions, 'insecureRegistry' | 'platform'>,
): Promise<Source> {
  if (name.startsWith(IN_REGISTRY) && platform === undefined) {
    const reference = nameInRegistry(name);
    const registryName = parseRegistryName(reference);
    const content = await readRegistryContent(workplace.store, registryName, registryOptions(registryName, choices));
    if (content === undefined) throw registryImageMissing(reference);
    return { reference, content, found: async () => (await findImageOrIndex(workplace, name, choices)).found };
  }
  const { reference, found } = await findImageOrIndex(workplace, name, choices);
  const chosen = platform ? await chooseImage(found, name, platform) : found;
  return { reference, found: async () => chosen };
}

/** Blobs that are sent side by side, as one status. */
function progressOn(screen: Screen, text: string): RegistryChoices['onProgress'] {
  const blobs = new Map<string, { bytes: number; size: number }>();
  const sum = (field: 'bytes' | 'size') => [...blobs.values()].reduce((all, one) => all + one[field], 0);
  return ({ digest, bytes, size }) => {
    blobs.set(digest, { bytes, size });
    screen.status({ text, bytes: sum('bytes'), total: sum('size') });
  };
}
