import { findLifecycleMetadata, readSbomLayer } from '@dema/engine';
import type { Image } from '@dema/oci';
import type { Component, SbomFormat, Subject } from '@dema/sbom';
import { findBasePackages, findPackagesOfBase } from '@dema/spec';
import type { Digest } from '@dema/store';
import { sbomInvalid, sbomMissing } from './faults.ts';

export interface NamedImage {
  reference: string;
  digest: Digest;
  image: Image;
}

/** SBOM documents as buildpacks wrote them. */
export interface ImageSboms {
  subject: Subject;
  /** By their paths below `/layers/sbom/launch`. */
  documents: Map<string, string>;
  /** Packages of the image that it stands on, as its labels name them. */
  base: Component[];
}

/** Fault CLI_SBOM_MISSING. */
export async function readImageSboms({ reference, digest, image }: NamedImage): Promise<ImageSboms> {
  const metadata = findLifecycleMetadata(image);
  const documents = metadata ? await readSbomLayer({ image, metadata }) : new Map<string, string>();
  const hasAny = [...documents.keys()].some((path) => folderOf(path) !== undefined);
  const base = await describeBase(image, metadata === undefined);
  if (!hasAny && base.length === 0) throw sbomMissing(reference);
  return { subject: { type: 'image', name: reference, version: digest }, documents, base };
}

/** A rebase replaces the labels, so that this is true of rebased images as well. */
async function describeBase({ config }: Image, isBase: boolean): Promise<Component[]> {
  const labels = config.config?.Labels ?? {};
  const packages = isBase ? findPackagesOfBase(labels) : findBasePackages(labels);
  const [name, version] = ['name', 'version'].map((field) => labels[`io.buildpacks.base.distro.${field}`]);
  const { describeDebianPackage } = await import('@dema/sbom');
  const distro = [name ?? 'debian', ...(version ? [version] : [])].join('-');
  return [...(packages ?? [])].map(([name, version]) => describeDebianPackage({ name, version }, distro));
}

export interface MergedSbom {
  /** JSON, to be read by people too. */
  text: string;
  /** What has documents, but none of this format. */
  without: string[];
}

/** One document about the whole image. Fault CLI_SBOM_INVALID. */
export function mergeImageSboms({ subject, documents, base }: ImageSboms, format: SbomFormat): MergedSbom {
  const folders = new Set([...documents.keys()].flatMap((path) => folderOf(path) ?? []));
  const paths = [...folders].sort().map((folder) => ({ folder, path: `${folder}/sbom.${format.extension}` }));
  const parsed = paths.flatMap(({ path }) => {
    const text = documents.get(path);
    return text === undefined ? [] : [parseDocument(subject.name, path, text)];
  });
  if (base.length > 0) parsed.push(JSON.parse(format.render(base, { subject })));
  return {
    text: mergeParsed(subject, format, parsed),
    without: paths.filter(({ path }) => !documents.has(path)).map(({ folder }) => folder),
  };
}

function mergeParsed(subject: Subject, format: SbomFormat, documents: unknown[]): string {
  try {
    return `${JSON.stringify(JSON.parse(format.merge(documents, { subject })), null, 2)}\n`;
  } catch (error) {
    // More levels than a stack has frames are no document that somebody means.
    throw error instanceof RangeError ? sbomInvalid(subject.name, `sbom.${format.extension}`) : error;
  }
}

/** The folder of a buildpack or of one of its layers; the unstructured list of old stands in none. */
function folderOf(path: string): string | undefined {
  return /^(.+)\/sbom\.[^/]+$/.exec(path)?.[1];
}

function parseDocument(reference: string, path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw sbomInvalid(reference, path);
  }
}
