import { type LockChange, updateBuilderLocks } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import type { Command } from 'commander';
import { openWorkplace } from '../workplace.ts';

interface UpdateOptions {
  security?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  dema base update
  dema base update ./my-builder --security`;

export function addBaseCommand(program: Command): void {
  const base = program.command('base').description('Look after base images.');
  base
    .command('update')
    .description('Move the lock files of a builder to the newest packages of its Debian mirror.')
    .argument('[builder]', 'builder, by name or folder', 'base')
    .option('--security', 'move only packages that mend vulnerabilities')
    .option('--json', 'print what changed as JSON')
    .addHelpText('after', EXAMPLES)
    .action((builder: string, options: UpdateOptions) => updateBase(builder, options));
}

/** Moves the locks of a builder's base images and prints what changed. */
export async function updateBase(builder: string, { security = false, json = false }: UpdateOptions): Promise<void> {
  const { downloads } = await openWorkplace(process.env);
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    const updated = await updateBuilderLocks(builder, { archive, security });
    if (json) process.stdout.write(`${JSON.stringify(updated)}\n`);
    else for (const { file, changes } of updated) process.stdout.write(`${[file, ...describe(changes)].join('\n')}\n`);
    if (updated.some(({ changes }) => changes.length > 0)) {
      process.stderr.write('next: `dema rebase IMAGE...` puts images on the run image that is made of them\n');
    }
  } finally {
    await archive.close();
  }
}

function describe(changes: LockChange[]): string[] {
  if (changes.length === 0) return ['  unchanged'];
  return changes.map(({ name, before, after, fixes }) => {
    const mended = fixes.length > 0 ? `  ${fixes.join(', ')}` : '';
    return `  ${name} ${before ?? '(new)'} -> ${after ?? '(gone)'}${mended}`;
  });
}
