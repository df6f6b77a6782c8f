import { type LockUpdate, readBuilder, readLockedPackages, updateBuilderLocks } from '@dema/builders';
import type { DebianArchitecture, DebianArchive, LockedPackage } from '@dema/debian';
import { fault, isFault } from '@dema/errors';
import { createIndex, describeContent, hasRegistry, type Image, type ImageOrIndex, isIndex } from '@dema/oci';
import type { Target } from '@dema/spec';
import type { Digest } from '@dema/store';
import { determineArchitecture } from '../architecture.ts';
import type { ImageDestination } from '../image-destination.ts';
import { makeRunImageOf } from '../make-builder.ts';
import { describeChange } from '../rebase/package-changes.ts';
import type { RunImageChoices } from '../rebase/run-images.ts';
import { packagesLost } from '../rebase-faults.ts';
import { type RegistryChoices, registryDestination } from '../registry-destination.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import type { Workplace } from '../workplace.ts';
import { copyInPlace } from './copy-in-place.ts';
import { findLostPackages } from './lost-packages.ts';

export interface NewRunImageOptions {
  /** Builder whose run image is renewed, by name or folder. */
  builder: string;
  archive: DebianArchive;
  registry: RegistryChoices;
  /** Whether packages that mend vulnerabilities are taken first. */
  update: boolean;
  /** Publishes one that lacks packages of the one before it, too. */
  force?: boolean;
  /** Changes neither the builder nor the registry. */
  isDryRun: boolean;
  /** Called before it is published. */
  onPublish: (published: PublishedRunImage) => void;
  /** Lines for people. */
  tell: (line: string) => void;
}

/** The name that the run image gets, and what had it before. */
export interface PublishedRunImage {
  image: string;
  before?: Digest;
  after: Digest;
}

export interface NewBase {
  choices: RunImageChoices;
  /** What the run image is made of. */
  locked: LockedPackage[];
}

/**
 * The run image of a builder with what mends vulnerabilities, published under the name that apps know it by where that names a
 * registry. `use` runs while it is there: in a dry run it is made from a copy of the builder. Fault CLI_REBASE_PACKAGES_LOST.
 */
export async function withNewRunImage<T>(
  workplace: Workplace,
  options: NewRunImageOptions,
  use: (base: NewBase) => Promise<T>,
): Promise<T> {
  const { folder } = await readBuilder(options.builder);
  if (!options.isDryRun || !options.update) return use(await renew(workplace, folder, options));
  return workplace.store.withTempFolder(async (temp) => {
    const copy = await copyInPlace(folder, temp);
    return use(await renewCopy(workplace, { copy, temp }, options));
  });
}

/** What is said of the copy names the folder that it was made of. */
async function renewCopy(
  workplace: Workplace,
  { copy, temp }: { copy: string; temp: string },
  options: NewRunImageOptions,
): Promise<NewBase> {
  const named = (text: string) => text.replaceAll(temp, '');
  try {
    return await renew(workplace, copy, { ...options, tell: (line) => options.tell(named(line)) });
  } catch (error) {
    if (!isFault(error)) throw error;
    const { problem, fix, details } = error;
    throw fault(error.code, { ...error, problem: named(problem), fix: named(fix), details: details.map(named) });
  }
}

async function renew(workplace: Workplace, folder: string, options: NewRunImageOptions): Promise<NewBase> {
  const { archive, update, registry, tell } = options;
  if (update) for (const line of describeUpdates(await updateLocks(folder, archive))) tell(line);
  const { runImage, targets } = await readBuilder(folder);
  const destination = registryDestination(workplace.store, registry);
  const isPublished = runImage !== undefined && hasRegistry(runImage);
  const before = isPublished ? await destination.findImageOrIndex(runImage) : undefined;
  const architectures = determineArchitectures(targets, before?.found);
  const locks = await Promise.all(architectures.map((one) => readLockedPackages(folder, 'run', one)));
  const base = { choices: { builder: folder }, locked: locks.flat() };
  // In a rehearsal it is said of each app.
  if (options.isDryRun || !isPublished) return base;
  const images: Image[] = [];
  for (const architecture of architectures) {
    const preparation = createPreparationReporter(process.stderr);
    images.push((await makeRunImageOf(workplace, folder, { env: process.env, architecture, preparation })).image);
  }
  const lost = before && !options.force ? await findLostPackages(before.found, images) : [];
  if (lost.length > 0) throw packagesLost(lost);
  await publish({ image: runImage, destination, before: before?.digest }, images, options);
  return { ...base, choices: { runImage: `docker://${runImage}` } };
}

/** Of the definition; else what the run image is for by now, as apps of all of these stand on it; else that of this machine. */
function determineArchitectures(targets: readonly Target[], before: ImageOrIndex | undefined): DebianArchitecture[] {
  const named = targets.map(({ arch }) => arch);
  const published = before ? (isIndex(before) ? before.entries.map(({ platform }) => platform) : [before.config]) : [];
  const [wanted = [determineArchitecture()]] = [named, published.map((one) => one?.architecture)]
    .map((all) => [...new Set(all)].filter(isArchitecture))
    .filter((all) => all.length > 0);
  return wanted;
}

/** A builder whose images are those of another one has nothing to update itself. */
async function updateLocks(folder: string, archive: DebianArchive): Promise<LockUpdate[]> {
  try {
    return await updateBuilderLocks(folder, { archive, security: true });
  } catch (error) {
    if (!isFault(error, 'BUILDER_PACKAGES_MISSING')) throw error;
    return [];
  }
}

async function publish(
  { image, destination, before }: { image: string; destination: ImageDestination; before?: Digest },
  images: Image[],
  { onPublish, tell }: NewRunImageOptions,
): Promise<void> {
  const [alone, ...others] = images;
  const found = alone && others.length === 0 ? alone : createIndex(images);
  const { digest: after } = await describeContent(found);
  tell(`run image ${image} ${after}${before === after ? ', as it was' : ''}`);
  if (before === after) return;
  onPublish({ image, ...(before && { before }), after });
  await destination.put(image, found);
}

function describeUpdates(updates: LockUpdate[]): string[] {
  return updates.flatMap(({ file, changes }) =>
    changes.length > 0 ? [file, ...changes.map((change) => `  ${describeChange(change)}`)] : [`${file} unchanged`],
  );
}

function isArchitecture(arch: string | undefined): arch is DebianArchitecture {
  return arch === 'amd64' || arch === 'arm64';
}
