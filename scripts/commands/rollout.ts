import { join } from 'node:path';
import { type DebianArchive, openHostArchive } from '@dema/debian';
import { counted, redact, redactJson } from '@dema/errors';
import { openRegistryConnections } from '@dema/oci';
import { determineDataRoot } from '@dema/store';
import { type Command, Option } from 'commander';
import { determineArchitecture } from '../architecture.ts';
import { collect } from '../collect-option.ts';
import { jobsOption } from '../jobs-option.ts';
import { createBaseCarriers } from '../rebase/base-carriers.ts';
import { createBaseLookup } from '../rebase/base-packages.ts';
import { listImages } from '../rebase/list-images.ts';
import { createRebaseReporter, summarize } from '../rebase/report-rebase.ts';
import { openRunImages } from '../rebase/run-images.ts';
import {
  advisoryInvalid,
  fixedInvalid,
  rebaseIncomplete,
  rollbackIncomplete,
  runImageNotMended,
} from '../rebase-faults.ts';
import type { RegistryChoices } from '../registry-destination.ts';
import { createFixFinder, type KnownFix } from '../rollout/fixes.ts';
import { type Journal, openJournal, readMoved } from '../rollout/journal.ts';
import { type NewBase, type PublishedRunImage, withNewRunImage } from '../rollout/new-run-image.ts';
import {
  type ComparedRunImages,
  findOpenAdvisories,
  findUnknownFixes,
  noteRunImages,
} from '../rollout/open-advisories.ts';
import { rollBack } from '../rollout/roll-back.ts';
import { rollOut } from '../rollout/roll-out.ts';
import { withStop } from '../stop.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

interface RolloutOptions {
  advisory?: string[];
  fixed?: KnownFix[];
  builder?: string;
  runImage?: string;
  update: boolean;
  images?: string;
  publish?: boolean;
  insecureRegistry?: string[];
  force?: boolean;
  dryRun?: boolean;
  jobs: number;
  report?: string;
  rollback?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  dema rollout 'docker://registry.example/shop/*:*' --builder ./my-builder --advisory CVE-2026-12345
  dema rollout --images names.txt --run-image docker://registry.example/base/run:trixie --dry-run
  dema rollout --rollback rollout.jsonl`;

export function addRolloutCommand(program: Command): void {
  program
    .command('rollout')
    .description('Put a mended run image under all app images of a registry that need it, and tell what was done.')
    .argument('[image...]', "docker://NAME of a registry; '*' stands for all that are there")
    .option('--advisory <id>', 'roll out what mends it, such as CVE-2026-12345; may be repeated', collectAdvisory)
    .option(
      '--fixed <package=version>',
      'since when a package is mended, where its changelog does not say',
      collectFixed,
    )
    .addOption(
      new Option(
        '-B, --builder <name>',
        'builder whose run image is mended and published, by name or folder',
      ).conflicts('runImage'),
    )
    .option('--no-update', "leave the builder's lock as it is")
    .option('--run-image <image>', 'run image that is mended already')
    .option('--images <file>', 'file with the name of an image a line, or - for standard input')
    .option('--publish', 'names are those of a registry, without docker:// before them')
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--force', 'rebase though the two images do not say that they fit, or packages get lost')
    .option('--dry-run', 'say what would be done, and change nothing')
    .addOption(jobsOption())
    .option(
      '--report <file>',
      'where the report goes (default: a file among the data of dema, which is named at the end)',
    )
    .option('--rollback <report>', 'put back what a roll-out changed, where nobody has changed it since')
    .option('--json', 'print the lines of the report too')
    .addHelpText('after', EXAMPLES)
    .action((names: string[], options: RolloutOptions) =>
      withStop((signal) =>
        options.rollback ? takeBack(options.rollback, options, signal) : roll(names, options, signal),
      ),
    );
}

async function roll(names: string[], options: RolloutOptions, signal: AbortSignal): Promise<void> {
  const { advisory: advisories = [], dryRun = false } = options;
  const journal = await openReport(options);
  journal.write({ type: 'rollout', schema: 1, started: new Date().toISOString(), advisories, dryRun });
  await withTools((tools) => {
    const rolling = { ...tools, options, journal, signal };
    return withNewBase(rolling, (base) => rollTo(base, names, rolling));
  }, options);
}

interface Tools {
  workplace: Workplace;
  registry: RegistryChoices;
  archive: DebianArchive;
}

async function withTools(use: (tools: Tools) => Promise<void>, { insecureRegistry }: RolloutOptions): Promise<void> {
  const workplace = await openWorkplace(process.env);
  const connections = openRegistryConnections({ env: process.env });
  const archive = openHostArchive({ store: workplace.downloads, env: process.env });
  try {
    await use({ workplace, registry: { insecureRegistry, connections, isFromOrigin: true }, archive });
  } finally {
    await Promise.all([connections.close(), archive.close()]);
  }
}

interface Rolling extends Tools {
  options: RolloutOptions;
  journal: Journal;
  signal: AbortSignal;
}

async function withNewBase(
  { options, workplace, registry, archive, journal }: Rolling,
  use: (base: NewBase) => Promise<void>,
): Promise<void> {
  const { builder, runImage, update, force, dryRun: isDryRun = false } = options;
  if (builder === undefined) return use({ choices: { runImage }, locked: [] });
  const onPublish = (published: PublishedRunImage) => journal.write({ type: 'run-image', ...published });
  await withNewRunImage(workplace, { builder, registry, archive, update, force, isDryRun, onPublish, tell }, use);
}

async function rollTo(base: NewBase, names: string[], rolling: Rolling): Promise<void> {
  const { options, journal, workplace, registry, archive, signal } = rolling;
  const { advisory: advisories = [], fixed: known = [], force, dryRun: isDryRun, jobs } = options;
  const compared: ComparedRunImages = new Map();
  const found = openRunImages(workplace, { ...registry, ...base.choices, pullPolicy: 'always' });
  const runImages = noteRunImages(found, compared);
  const bases = createBaseLookup(workplace.store, registry);
  const fixes = createFixFinder({
    archive,
    architecture: determineArchitecture(),
    locked: base.locked,
    known,
    advisories,
  });
  const reporter = createRebaseReporter(tell, { isDryRun });
  const mended = new Map<string, number>();
  await rollOut({
    work: { workplace, runImages, bases, registry, carriers: createBaseCarriers(), force, isDryRun },
    images: listImages(names, { ...registry, ...options }),
    ...{ advisories, fixes, journal, jobs, signal },
    onOutcome(outcome) {
      reporter.onOutcome(outcome);
      const found = outcome.outcome === 'rebased' ? outcome.packages.flatMap((change) => change.fixes ?? []) : [];
      for (const fix of new Set(found)) mended.set(fix, (mended.get(fix) ?? 0) + 1);
    },
  });
  const { counts } = reporter;
  journal.write({ type: 'end', images: counts, advisories: Object.fromEntries([...mended].sort()) });
  if (fixes.unread.size > 0 && advisories.length > 0) {
    tell(`no changelog of ${[...fixes.unread].sort().join(', ')}: what these mend can be said with --fixed`);
  }
  for (const [fix, count] of [...mended].sort()) tell(`${fix}: ${counted(count, 'image')}`);
  tell(summarize(reporter, { isDryRun }));
  tell(`report: ${journal.file}`);
  for (const name of findUnknownFixes(compared, known)) tell(`--fixed ${name}: no run image has this package`);
  const unmended = advisories.filter((advisory) => !mended.has(advisory));
  const open = await findOpenAdvisories(compared, unmended, fixes);
  if (counts.failed > 0) {
    for (const advisory of open) tell(`${advisory}: the run image itself is not mended`);
    throw rebaseIncomplete(counts.failed, sum(counts));
  }
  if (open.length > 0) throw runImageNotMended(open);
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

/** Among the data of dema without an option, as it is what takes the roll-out back. */
async function openReport({ report, json }: RolloutOptions): Promise<Journal> {
  const name = `${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`;
  const journal = await openJournal(report ?? join(determineDataRoot(process.env), 'rollouts', name));
  if (!json) return journal;
  return {
    file: journal.file,
    write(line) {
      journal.write(line);
      process.stdout.write(`${redactJson(line)}\n`);
    },
  };
}

async function takeBack(report: string, options: RolloutOptions, signal: AbortSignal): Promise<void> {
  const { jobs, json, dryRun: isDryRun = false } = options;
  const counts = { 'rolled-back': 0, 'as-before': 0, kept: 0, failed: 0 };
  const putBack = isDryRun ? 'would be put back' : 'put back';
  const words = { 'rolled-back': putBack, 'as-before': 'as before', kept: 'left as it is', failed: 'not put back' };
  const moved = readMoved(report);
  await withTools(
    ({ registry }) =>
      rollBack(moved, {
        ...{ registry, jobs, signal, isDryRun },
        onOutcome(one) {
          counts[one.outcome] += 1;
          tell(`${one.image} ${words[one.outcome]}${one.reason ? `: ${one.reason}` : ''}`);
          if (json) process.stdout.write(`${redactJson(one)}\n`);
        },
      }),
    options,
  );
  const parts = Object.entries(counts).flatMap(([outcome, count]) =>
    count > 0 ? [`${count} ${words[outcome as keyof typeof words]}`] : [],
  );
  tell(`${counted(moved.length, 'image')}: ${parts.join(', ') || 'nothing to do'}`);
  if (counts.failed > 0) throw rollbackIncomplete(counts.failed);
}

function tell(text: string): void {
  process.stderr.write(`${redact(text.replace(/\n$/, ''))}\n`);
}

function collectAdvisory(text: string, all: string[] = []): string[] {
  const advisory = text.toUpperCase();
  if (!/^(CVE-\d{4}-\d{4,}|DSA-\d+(-\d+)?)$/.test(advisory)) throw advisoryInvalid(text);
  return [...all, advisory];
}

function collectFixed(text: string, all: KnownFix[] = []): KnownFix[] {
  const [, name, version] = /^([a-z0-9][a-z0-9+.-]+)=([A-Za-z0-9.+:~-]+)$/.exec(text) ?? [];
  if (name === undefined || version === undefined) throw fixedInvalid(text);
  return [...all, { name, version }];
}
