import { join } from 'node:path';
import { redact, redactJson } from '@dema/errors';
import { openRegistryConnections } from '@dema/oci';
import { renderReportToml } from '@dema/spec';
import { type Command, Option } from 'commander';
import { collect } from '../collect-option.ts';
import { nameInRegistry } from '../destination.ts';
import { jobsOption } from '../jobs-option.ts';
import { checkOutputFile, writeOutputFile } from '../output-file.ts';
import { createBaseCarriers } from '../rebase/base-carriers.ts';
import { createBaseLookup } from '../rebase/base-packages.ts';
import { PULL_POLICIES, type RunImageLookup } from '../rebase/find-run-image.ts';
import { type ListedImage, listImages } from '../rebase/list-images.ts';
import { type RebaseOutcome, rebaseImages } from '../rebase/rebase-images.ts';
import type { RebasedImage, RebaseWork } from '../rebase/rebase-named.ts';
import { createRebaseReporter, type RebaseReporter, summarize } from '../rebase/report-rebase.ts';
import { openRunImages } from '../rebase/run-images.ts';
import { oneImageWanted, rebaseFailed, rebaseIncomplete } from '../rebase-faults.ts';
import { withStop } from '../stop.ts';
import { openWorkplace } from '../workplace.ts';

interface RebaseOptions {
  builder?: string;
  runImage?: string;
  pullPolicy?: RunImageLookup['pullPolicy'];
  images?: string;
  previousImage?: string;
  tag?: string[];
  publish?: boolean;
  insecureRegistry?: string[];
  force?: boolean;
  dryRun?: boolean;
  jobs: number;
  report?: string;
  reportOutputDir?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  dema rebase shop
  dema rebase shop blog oci:./image
  dema rebase docker://registry.example/shop/cart:1.2
  dema rebase 'docker://registry.example/shop/*:*' --run-image docker://registry.example/base/run:trixie
  dema rebase --images names.txt --publish --dry-run
  dema rebase shop --run-image my-base:2 --force`;

export function addRebaseCommand(program: Command): void {
  program
    .command('rebase')
    .description('Put images on a newer run image, without building them again.')
    .argument(
      '[image...]',
      "images of the image store, oci:DIR, archive:FILE, or docker://NAME of a registry; '*' in a name of a registry stands for all that are there",
    )
    .option('--images <file>', 'file with the name of an image a line, or - for standard input')
    .addOption(
      new Option('-B, --builder <name>', 'builder whose run image is taken, by name or folder').conflicts('runImage'),
    )
    .option('--run-image <image>', 'run image (default: the one that each image says it stands on)')
    .addOption(
      new Option('--pull-policy <policy>', 'whether a registry is asked for the run image').choices(PULL_POLICIES),
    )
    .option('-t, --tag <name>', 'name that the result gets instead; may be repeated', collect)
    .option('--previous-image <image>', 'image that is rebased, and the argument is the name that the result gets')
    .option('--publish', 'names are those of a registry, without docker:// before them')
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--force', 'rebase though the two images do not say that they fit, or packages get lost')
    .option('--dry-run', 'say what would be done, and write nothing')
    .addOption(jobsOption())
    .option('--report <file>', 'write report.toml, as the Platform specification has it, to this file')
    .option('--report-output-dir <dir>', 'write report.toml into this folder')
    .option('--json', 'print a line of JSON for each image instead of its digest')
    .addHelpText('after', EXAMPLES)
    .action((names: string[], options: RebaseOptions) => withStop((signal) => rebase(names, options, signal)));
}

async function rebase(names: string[], options: RebaseOptions, signal: AbortSignal): Promise<void> {
  const report = options.reportOutputDir ? join(options.reportOutputDir, 'report.toml') : options.report;
  if (report) await checkOutputFile(report);
  checkSingle(names, options);
  const isOne = names.length === 1 && options.images === undefined && !names[0]?.includes('*');
  const reporter = createRebaseReporter((text) => process.stderr.write(redact(text)), { isDryRun: options.dryRun });
  const done: RebasedImage[] = [];
  await withWork(options, (work) =>
    rebaseImages(work, listFor(names, options, work), {
      jobs: options.jobs,
      signal,
      targetFor: () => ({ tags: targetsOf(names, options) }),
      onOutcome(outcome) {
        if (isOne && outcome.outcome === 'failed') throw rebaseFailed(outcome.fault);
        reporter.onOutcome(outcome);
        if (report && 'digest' in outcome) done.push(outcome);
        const line = options.json ? describeAsJson(outcome) : resultOf(outcome, isOne);
        if (line !== undefined) process.stdout.write(`${line}\n`);
      },
    }),
  );
  if (report) await writeOutputFile(report, renderReport(done));
  if (!isOne) tellAll(reporter, options);
}

async function withWork(options: RebaseOptions, use: (work: RebaseWork) => Promise<void>): Promise<void> {
  const { builder, runImage, insecureRegistry, force, dryRun } = options;
  const workplace = await openWorkplace(process.env);
  const connections = openRegistryConnections({ env: process.env });
  const registry = { insecureRegistry, connections };
  // What pack does: an image of a registry stands on what the registry has now.
  const pullPolicy = options.pullPolicy ?? (options.publish ? 'always' : undefined);
  const runImages = openRunImages(workplace, { ...registry, builder, runImage, pullPolicy });
  try {
    const bases = createBaseLookup(workplace.store, registry);
    await use({ workplace, runImages, bases, registry, carriers: createBaseCarriers(), force, isDryRun: dryRun });
  } finally {
    await connections.close();
  }
}

function listFor(
  names: string[],
  { previousImage, images, publish }: RebaseOptions,
  { registry }: RebaseWork,
): AsyncIterable<ListedImage> {
  return listImages(previousImage === undefined ? names : [previousImage], { ...registry, images, publish });
}

/** Names that the result gets; undefined for that of the image itself. */
function targetsOf(names: string[], { previousImage, tag }: RebaseOptions): string[] | undefined {
  const own = previousImage === undefined ? [] : names;
  const all = [...own, ...(tag ?? [])].map(nameInRegistry);
  return all.length > 0 ? all : undefined;
}

/** Fault CLI_ARGUMENTS_INVALID. */
function checkSingle(names: string[], { previousImage, tag, images }: RebaseOptions): void {
  if (names.length === 1 && images === undefined && !names[0]?.includes('*')) return;
  if (previousImage !== undefined) throw oneImageWanted('--previous-image');
  if (tag !== undefined) throw oneImageWanted('--tag');
}

/** One image alone gives its digest, as a build does. */
function resultOf(outcome: RebaseOutcome, isOne: boolean): string | undefined {
  if (!('digest' in outcome)) return undefined;
  return isOne ? outcome.digest : `${outcome.reference} ${outcome.digest}`;
}

function describeAsJson(outcome: RebaseOutcome): string {
  if (outcome.outcome !== 'failed') return redactJson(outcome);
  const { code, problem, fix, details } = outcome.fault;
  return redactJson({ ...outcome, fault: { code, problem, fix, details } });
}

/** Fault CLI_REBASE_INCOMPLETE. */
function tellAll(reporter: RebaseReporter, { dryRun }: RebaseOptions): void {
  process.stderr.write(`${summarize(reporter, { isDryRun: dryRun })}\n`);
  const all = Object.values(reporter.counts).reduce((sum, count) => sum + count, 0);
  if (reporter.counts.failed > 0) throw rebaseIncomplete(reporter.counts.failed, all);
}

function renderReport(rebased: RebasedImage[]): string {
  const [first] = rebased;
  return renderReportToml({ tags: rebased.map(({ reference }) => reference), digest: first?.digest });
}
