import { createIndex, isReference, parseReference, parseRegistryName, referenceFromName } from '@dema/oci';
import { escapeId } from '@dema/spec';
import type { Digest } from '@dema/store';
import { openDestination } from './destination.ts';
import type { BuildpackPackage } from './package-buildpack.ts';
import { packageUnnamed } from './package-faults.ts';
import type { RegistryChoices } from './registry-destination.ts';
import { targetWords } from './target-option.ts';
import type { Workplace } from './workplace.ts';

export interface PutPackagesOptions extends RegistryChoices {
  /** Without it a file in this folder. */
  output?: string;
  /** Name of the image; without it that of the buildpack. */
  tag?: string;
}

export interface PutPackage {
  reference: string;
  place: string;
  digest: Digest;
}

/** Refuses what names no place, before anything is made. Faults CLI_ARGUMENTS_INVALID, OCI_REGISTRY_MISSING, IMAGE_REFERENCE_INVALID. */
export function checkPlaceOfPackages(workplace: Workplace, { output, tag, ...choices }: PutPackagesOptions): void {
  if (output) openDestination(workplace, output, choices);
  if (tag) parseReference(tag);
  if (output !== 'registry') return;
  if (tag === undefined) throw packageUnnamed();
  parseRegistryName(tag);
}

/**
 * Puts the packages of a buildpack where they were asked for: several as one index, or as files that are named as pack names them,
 * because nobody reads a file with an index.
 */
export async function putPackages(
  workplace: Workplace,
  packages: readonly BuildpackPackage[],
  { output, tag, ...choices }: PutPackagesOptions,
): Promise<PutPackage[]> {
  const [first] = packages;
  if (first === undefined) return [];
  const reference = tag === undefined ? nameOf(first) : parseReference(tag);
  const place = output ?? `archive:${escapeId(first.id)}-${first.version}.cnb`;
  const parts = packages.length > 1 && isArchive(place) ? packages.map((one) => [one]) : [packages];
  const put: PutPackage[] = [];
  for (const part of parts) {
    const own = part === packages ? place : fileFor(place, part, packages);
    put.push({ reference, place: own, digest: await putOne(workplace, part, { reference, place: own, choices }) });
  }
  return put;
}

async function putOne(
  workplace: Workplace,
  packages: readonly BuildpackPackage[],
  { reference, place, choices }: { reference: string; place: string; choices: RegistryChoices },
): Promise<Digest> {
  const images = packages.map(({ image }) => image);
  const [image] = images;
  const destination = openDestination(workplace, place, choices);
  if (place !== 'registry') await destination.find(reference);
  const found = image && images.length === 1 ? image : createIndex(images);
  return (await destination.put(reference, found)).digest;
}

/** An image cannot be called by everything that a buildpack can. */
function nameOf({ id, version }: BuildpackPackage): string {
  const name = `${id}:${version}`;
  return isReference(name) ? name : referenceFromName(name);
}

function isArchive(place: string): boolean {
  return /^(oci-|docker-)?archive:/.test(place);
}

/** Before the ending stand system and architecture, and whatever else tells it from the others. */
function fileFor(place: string, [own]: readonly BuildpackPackage[], all: readonly BuildpackPackage[]): string {
  const short = (one?: BuildpackPackage) => platformWords(one).join('-');
  const isAlone = all.filter((one) => short(one) === short(own)).length === 1;
  const words = isAlone || own === undefined ? short(own) : targetWords(own.target).join('-').replaceAll('@', '-');
  const [, name, ending = ''] = /^(.*?)(\.[^./]*)?$/s.exec(place) ?? [];
  return `${name}-${words}${ending}`;
}

function platformWords(one?: BuildpackPackage): string[] {
  const { os = 'linux', arch } = one?.target ?? {};
  return [os, ...(arch ? [arch] : [])];
}
