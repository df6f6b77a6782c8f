import { findPackagesOfBase, type Packages } from '@dema/spec';
import type { RunImages } from '../rebase/run-images.ts';
import type { FixFinder, KnownFix } from './fixes.ts';

/** Run images that apps were compared with, by their names; what one does not say that it holds is empty. */
export type ComparedRunImages = Map<string, Packages>;

/** The same run images, each noted where it is found for an app. */
export function noteRunImages(runImages: RunImages, compared: ComparedRunImages): RunImages {
  return {
    async find(app, reference) {
      const found = await runImages.find(app, reference);
      compared.set(found.pinned, findPackagesOfBase(found.image.config.config?.Labels ?? {}) ?? new Map());
      return found;
    },
  };
}

/** Advisories that none of the run images mends, as far as it can be told; none where there is no run image to look at. */
export async function findOpenAdvisories(
  compared: ComparedRunImages,
  advisories: readonly string[],
  fixes: FixFinder,
): Promise<string[]> {
  if (compared.size === 0) return [];
  const mended = new Set<string>();
  for (const packages of compared.values()) for (const fix of await fixes.findAll(packages)) mended.add(fix);
  return advisories.filter((advisory) => !mended.has(advisory));
}

/** Names that the operator says are mended, and that no run image has. */
export function findUnknownFixes(compared: ComparedRunImages, known: readonly KnownFix[]): string[] {
  const all = [...compared.values()];
  if (all.every((packages) => packages.size === 0)) return [];
  return known.map(({ name }) => name).filter((name) => !all.some((packages) => packages.has(name)));
}
