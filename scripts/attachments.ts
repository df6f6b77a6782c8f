import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type Artifact,
  attachArtifact,
  type Descriptor,
  describeContent,
  type ImageOrIndex,
  isIndex,
  parseRegistryName,
} from '@dema/oci';
import { SBOM_TYPES, type SbomType } from '@dema/spec';
import { argumentsInvalid } from './faults.ts';
import { mergeImageSboms, readImageSboms } from './image-sboms.ts';
import { type RegistryChoices, registryOptions } from './registry-destination.ts';

export interface AttachChoices {
  /** Formats of the SBOM that is attached to each image. */
  sbom?: SbomType['name'][];
  /** Files, with the media types that they have. */
  attach?: AttachedFile[];
}

export interface AttachedFile {
  type: string;
  file: string;
}

/** Of `TYPE=FILE`. Fault: CLI_ARGUMENTS_INVALID. */
export function collectAttachment(text: string, before: AttachedFile[] = []): AttachedFile[] {
  const [, type, file] = /^([a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*)=(.+)$/i.exec(text) ?? [];
  if (type !== undefined && file !== undefined) return [...before, { type, file }];
  throw argumentsInvalid(
    `${JSON.stringify(text)} in \`--attach\` names no media type and file.`,
    'Write `--attach TYPE=FILE`, such as `--attach application/vnd.dev.sigstore.bundle.v0.3+json=bundle.json`.',
  );
}

/** Of a format, or of several with commas between. Fault: CLI_ARGUMENTS_INVALID. */
export function parseSbomFormats(text: string): SbomType['name'][] {
  const known = SBOM_TYPES.map(({ name }) => name);
  return text.split(',').map((part) => {
    const found = known.find((name) => name === part.trim());
    if (found) return found;
    throw argumentsInvalid(`"${part}" is no format of an SBOM.`, `Name one or several of ${known.join(', ')}.`);
  });
}

/**
 * What is to be attached, read before anything is sent, so that what cannot be read stops it all.
 * @param whole what files are attached to, where that is more than the images that were found
 */
export async function readAttachments(
  reference: string,
  found: ImageOrIndex,
  { sbom = [], attach = [] }: AttachChoices,
  whole?: Descriptor,
): Promise<Attachment[]> {
  const { SBOM_FORMATS } = await import('@dema/sbom');
  const formats = SBOM_FORMATS.filter(({ name }) => sbom.includes(name));
  const files = await Promise.all(attach.map(readAttached));
  const subject = files.length > 0 ? (whole ?? (await describeContent(found))) : undefined;
  const all = subject ? files.map((artifact) => ({ subject, artifact })) : [];
  if (formats.length === 0) return all;
  for (const image of isIndex(found) ? await Promise.all(found.entries.map((entry) => entry.image())) : [found]) {
    const of = await describeContent(image);
    const sboms = await readImageSboms({ reference, digest: of.digest, image });
    for (const format of formats) {
      const content = Buffer.from(mergeImageSboms(sboms, format).text);
      all.push({
        subject: of,
        artifact: { type: mediaTypeOf(format.name), content, title: `sbom.${format.extension}` },
      });
    }
  }
  return all;
}

export interface Attachment {
  /** What it is about. */
  subject: Descriptor;
  artifact: Artifact;
}

export interface Attached {
  type: string;
  digest: string;
  subject: string;
}

/** Attaches to what was pushed under a name. Faults: those of `attachArtifact`. */
export async function attachAll(
  reference: string,
  attachments: Attachment[],
  choices: RegistryChoices,
): Promise<Attached[]> {
  const name = parseRegistryName(reference);
  const attached: Attached[] = [];
  for (const { subject, artifact } of attachments) {
    const { digest } = await attachArtifact(name, subject, artifact, registryOptions(name, choices));
    attached.push({ type: artifact.type, digest, subject: subject.digest });
  }
  return attached;
}

async function readAttached({ type, file }: AttachedFile): Promise<Artifact> {
  const content = await readFile(file).catch((error: Error) => {
    throw argumentsInvalid(`${file} cannot be read: ${error.message}.`, 'Name a file that is there with `--attach`.');
  });
  return { type, content, title: basename(file) };
}

function mediaTypeOf(format: SbomType['name']): string {
  return SBOM_TYPES.find(({ name }) => name === format)?.mediaType ?? '';
}
