import { type LockUpdate, listBuiltIn, updateBuilderLocks } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import type { Command } from 'commander';
import { describeNextSteps } from '../after-base-update.ts';
import { withStopAtOnce } from '../stop.ts';
import { openWorkplace } from '../workplace.ts';
import { addBaseCreateCommand } from './base-create.ts';

interface UpdateOptions {
  security?: boolean;
  allowRemoval?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  dema base update
  dema base update base
  dema base update ./my-builder --security`;

export function addBaseCommand(program: Command): void {
  const base = program.command('base').description('Make base images, and look after them.');
  addBaseCreateCommand(base);
  base
    .command('update')
    .description('Move the lock files of base images to the newest packages of the Debian mirror.')
    .argument('[base...]', 'base images, by name or folder (default: all that are built in)')
    .option('--security', 'move only packages that mend vulnerabilities')
    .option('--allow-removal', 'take packages away that images may need which are put on the new base image')
    .option('--json', 'print what changed as JSON')
    .addHelpText('after', EXAMPLES)
    .action((names: string[], options: UpdateOptions) =>
      withStopAtOnce(async () => updateBases(names.length > 0 ? names : await listBuiltIn(), options)),
    );
}

/** Moves the locks of base images and prints what changed. */
export async function updateBases(names: string[], { json = false, ...options }: UpdateOptions): Promise<void> {
  const { downloads } = await openWorkplace(process.env);
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    const updated: LockUpdate[] = [];
    const moved: string[] = [];
    for (const name of names) {
      const updates = await updateBuilderLocks(name, { archive, ...options });
      updated.push(...updates);
      if (updates.some(({ changes }) => changes.length > 0)) moved.push(name);
      if (!json) for (const update of updates) process.stdout.write(`${describe(update).join('\n')}\n`);
    }
    if (json) process.stdout.write(`${JSON.stringify(updated)}\n`);
    for (const step of await describeNextSteps(moved, process.env)) process.stderr.write(`next: ${step}\n`);
  } finally {
    await archive.close();
  }
}

function describe({ file, step, changes }: LockUpdate): string[] {
  const lines = changes.map(({ name, before, after, fixes }) => {
    const mended = fixes.length > 0 ? `  ${fixes.join(', ')}` : '';
    return `  ${name} ${before ?? '(new)'} -> ${after ?? '(gone)'}${mended}`;
  });
  return [`${file}: ${step}`, ...lines];
}
