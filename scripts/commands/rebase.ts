import type { NewRunImage } from '@dema/engine';
import { renderReportToml } from '@dema/spec';
import type { Command } from 'commander';
import { findImage } from '../destination.ts';
import { makeRunImageOf } from '../make-builder.ts';
import { checkOutputFile, writeOutputFile } from '../output-file.ts';
import { describeChange } from '../package-changes.ts';
import { type RebasedImage, rebaseNamed } from '../rebase-named.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

interface RebaseOptions {
  builder: string;
  runImage?: string;
  force?: boolean;
  report?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  dema rebase shop
  dema rebase shop blog oci:./image
  dema rebase shop --run-image my-base:2 --force`;

export function addRebaseCommand(program: Command): void {
  program
    .command('rebase')
    .description('Put images on a newer run image, without building them again.')
    .argument('<image...>', 'images of the image store, oci:DIR, archive:FILE, or docker://NAME of a registry')
    .option('-B, --builder <name>', 'builder whose run image is taken, by name or folder', 'base')
    .option('--run-image <image>', "image of the image store, or oci:DIR, instead of the builder's run image")
    .option('--force', 'rebase though the two images do not say that they fit')
    .option('--report <file>', 'write report.toml, as the Platform specification has it, to this file')
    .option('--json', 'print a line of JSON for each image instead of its digest')
    .addHelpText('after', EXAMPLES)
    .action((names: string[], options: RebaseOptions) => rebase(names, options));
}

async function rebase(names: string[], options: RebaseOptions): Promise<void> {
  if (options.report) await checkOutputFile(options.report);
  const workplace = await openWorkplace(process.env);
  const runImage = await openRunImage(workplace, options);
  const rebased: RebasedImage[] = [];
  for (const name of names) {
    const one = await rebaseNamed(workplace, name, { runImage, force: options.force });
    rebased.push(one);
    for (const line of describe(one)) process.stderr.write(`${line}\n`);
    process.stdout.write(`${options.json ? JSON.stringify(one) : one.digest}\n`);
  }
  if (options.report) await writeOutputFile(options.report, renderReport(rebased));
}

async function openRunImage(workplace: Workplace, { runImage, builder }: RebaseOptions): Promise<NewRunImage> {
  if (runImage === undefined) {
    return makeRunImageOf(workplace, builder, {
      env: process.env,
      preparation: createPreparationReporter(process.stderr),
    });
  }
  const { image, reference, digest } = await findImage(workplace, runImage);
  return { image, reference, pinned: `${reference.replace(/:[^:/]*$/, '')}@${digest}` };
}

function describe({ reference, digest, before, packages }: RebasedImage): string[] {
  if (digest === before) return [`${reference} stands on that run image already`];
  return [`${reference} rebased`, ...packages.map((change) => `  ${describeChange(change)}`)];
}

function renderReport(rebased: RebasedImage[]): string {
  const [first] = rebased;
  return renderReportToml({ tags: rebased.map(({ reference }) => reference), digest: first?.digest });
}
