import { readAppMetadata, rebaseImage } from '@dema/engine';
import { type Image, type ImageOrIndex, isIndex } from '@dema/oci';
import { findPackagesOfBase, type Packages } from '@dema/spec';
import { diffPackages, type PackageChange } from './package-changes.ts';
import type { FoundRunImage } from './run-images.ts';

/** An image, or every image of an index, on another run image. */
export interface RebasedContent {
  found: ImageOrIndex;
  /** Of the platforms together, in the order of the index. */
  runImages: FoundRunImage[];
  /** Distribution packages of the run image, as far as both images say what they hold. */
  packages: PackageChange[];
  /** Whether both images say what they hold. */
  arePackagesKnown: boolean;
  /** Whether all of it stood on that run image before. */
  isCurrent: boolean;
}

export interface RebaseHow {
  runImageFor(app: Image): Promise<FoundRunImage>;
  packagesOf(app: Image): Promise<Packages | undefined>;
  /** Rebases though the two images do not say that they fit. */
  force?: boolean;
}

/** Faults as of `rebaseImage`; of an index, one that cannot be rebased fails the whole. */
export async function rebaseContent(found: ImageOrIndex, how: RebaseHow): Promise<RebasedContent> {
  if (!isIndex(found)) {
    const { image, ...rest } = await rebaseOne(found, how);
    return { found: image, ...rest };
  }
  const all: Awaited<ReturnType<typeof rebaseOne>>[] = [];
  for (const entry of found.entries) all.push(await rebaseOne(await entry.image(), how));
  const entries = found.entries.map((entry, index) => ({
    ...entry,
    image: async () => all[index]?.image ?? entry.image(),
  }));
  return {
    found: { ...found, entries },
    runImages: all.flatMap(({ runImages }) => runImages),
    packages: uniqueChanges(all.flatMap(({ packages }) => packages)),
    arePackagesKnown: all.every(({ arePackagesKnown }) => arePackagesKnown),
    isCurrent: all.every(({ isCurrent }) => isCurrent),
  };
}

async function rebaseOne(app: Image, { runImageFor, packagesOf, force }: RebaseHow) {
  const { topLayer } = readAppMetadata(app).runImage;
  const runImage = await runImageFor(app);
  const image = rebaseImage(app, runImage, { force });
  const isCurrent = topLayer === runImage.image.config.rootfs.diff_ids.at(-1) && hasLayersOf(app, runImage.image);
  // By what images say of themselves, so that no layer is read.
  const before = isCurrent ? undefined : await packagesOf(app);
  const after = findPackagesOfBase(runImage.image.config.config?.Labels ?? {});
  const packages = before && after ? diffPackages(before, after) : [];
  const arePackagesKnown = isCurrent || (before !== undefined && after !== undefined);
  return { image: isCurrent ? app : image, runImages: [runImage], packages, arePackagesKnown, isCurrent };
}

/** The topmost layer alone does not tell: what an operator lays on a base stays the same when what is below is mended. */
function hasLayersOf({ config: { rootfs } }: Image, base: Image): boolean {
  return base.config.rootfs.diff_ids.every((layer, index) => layer === rootfs.diff_ids[index]);
}

function uniqueChanges(changes: PackageChange[]): PackageChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
}
