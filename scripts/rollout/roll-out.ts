import { readAppMetadata } from '@dema/engine';
import { isSameReference, withoutDigest } from '@dema/oci';
import { debianOrder } from '@dema/versions';
import { IN_REGISTRY } from '../destination.ts';
import type { ListedImage } from '../rebase/list-images.ts';
import type { PackageChange } from '../rebase/package-changes.ts';
import { type RebaseOutcome, rebaseImages } from '../rebase/rebase-images.ts';
import type { RebasedImage, RebaseWork } from '../rebase/rebase-named.ts';
import type { RunImages } from '../rebase/run-images.ts';
import { rolloutNeedsRegistry } from '../rebase-faults.ts';
import type { FixFinder, MendedChange } from './fixes.ts';
import type { Journal } from './journal.ts';

export interface RollOutOptions {
  work: RebaseWork;
  images: AsyncIterable<ListedImage>;
  /** Without any, whatever changed between the two run images is a reason. */
  advisories: string[];
  fixes: FixFinder;
  journal: Journal;
  jobs: number;
  signal: AbortSignal;
  /** Of an image that is rebased, its packages with what they mend. */
  onOutcome: (outcome: RebaseOutcome) => void;
}

/** Rebases the images that the advisories are about, and those alone, and notes in the journal what is done before it is. */
export async function rollOut({ work, images, journal, jobs, signal, ...how }: RollOutOptions): Promise<void> {
  const mended = new Map<string, MendedChange[]>();
  await rebaseImages({ ...work, runImages: keepNames(work.runImages) }, inRegistry(images), {
    jobs,
    signal,
    targetFor: () => ({
      async decide(planned) {
        const changes = await how.fixes.find(planned.packages);
        mended.set(planned.reference, changes);
        const reason = whyNot(planned, changes, { ...how, force: work.force });
        const { reference: image, before, digest: after } = planned;
        if (reason === undefined && !work.isDryRun) journal.write({ type: 'planned', image, before, after });
        return reason;
      },
    }),
    onOutcome(outcome) {
      const packages = mended.get(outcome.reference) ?? [];
      mended.delete(outcome.reference);
      note(journal, outcome, packages);
      how.onOutcome('digest' in outcome ? { ...outcome, packages } : outcome);
    },
  });
}

/** A newer tag of the run image that an app knows is rolled out under the name that the app knows. */
function keepNames(runImages: RunImages): RunImages {
  return {
    async find(app, reference) {
      const found = await runImages.find(app, reference);
      const { image, mirrors = [] } = readAppMetadata(app).runImage;
      const known = [...(image ? [image] : []), ...mirrors].find((name) =>
        isSameReference(withoutTag(name), withoutTag(found.reference)),
      );
      return known === undefined ? found : { ...found, reference: known };
    },
  };
}

function withoutTag(name: string): string {
  return withoutDigest(name).replace(/:[^:/]*$/, '');
}

async function* inRegistry(images: AsyncIterable<ListedImage>): AsyncGenerator<ListedImage> {
  for await (const image of images) {
    if (!image.name.startsWith(IN_REGISTRY)) throw rolloutNeedsRegistry(image.name);
    yield image;
  }
}

/** Why an image is left as it is; undefined when it is to be rebased. */
function whyNot(
  { arePackagesKnown, packages }: RebasedImage,
  changes: MendedChange[],
  { advisories, force }: Pick<RollOutOptions, 'advisories'> & { force?: boolean },
): string | undefined {
  const back = force ? undefined : packages.find(goesBack);
  if (back) return `its run image is newer: ${back.name} ${back.before} would become ${back.after}`;
  if (advisories.length === 0) return undefined;
  if (!arePackagesKnown) return 'its run image, or the new one, does not say which packages it holds';
  const isMended = changes.some(({ fixes }) => fixes.some((fix) => advisories.includes(fix)));
  return isMended ? undefined : `not affected: nothing that changes in its run image mends ${advisories.join(' or ')}`;
}

function goesBack({ before, after }: PackageChange): boolean {
  const are = [before, after].every((version) => version !== undefined && debianOrder.isVersion(version));
  return are && debianOrder.compare(before ?? '', after ?? '') > 0;
}

function note(journal: Journal, outcome: RebaseOutcome, packages: MendedChange[]): void {
  const line = { type: 'image' as const, image: outcome.reference, outcome: outcome.outcome };
  if (outcome.outcome === 'failed') {
    const { problem, details } = outcome.fault;
    journal.write({ ...line, reason: [problem, ...details].join(' ') });
  } else if (outcome.outcome === 'skipped') journal.write({ ...line, before: outcome.before, reason: outcome.reason });
  else journal.write({ ...line, before: outcome.before, after: outcome.digest, packages });
}
