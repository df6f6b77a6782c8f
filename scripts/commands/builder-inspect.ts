import { redact } from '@dema/errors';
import type { Command } from 'commander';
import { collect } from '../collect-option.ts';
import { parseDepth } from '../depth-option.ts';
import { describeBuilder } from '../describe-builder.ts';
import { type InspectOptions, inspectBuilder } from '../inspect-builder.ts';
import { platformOption } from '../platform-option.ts';
import { openWorkplace } from '../workplace.ts';

const EXAMPLES = `
Examples:
  dema builder inspect base
  dema builder inspect localhost:5000/builder
  dema builder inspect oci:./builder --json`;

export function addBuilderInspectCommand(builder: Command): void {
  builder
    .command('inspect')
    .description('Show what a builder holds: buildpacks and their order, run images, lifecycle.')
    .argument(
      '<builder>',
      'image of a registry or the image store, oci:DIR, archive:FILE, daemon:NAME, or a built-in builder',
    )
    .option('-d, --depth <number>', 'how many composite buildpacks inside of each other are taken apart', parseDepth)
    .addOption(platformOption("this machine's"))
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { json, ...options }: InspectOptions & { json?: boolean }) => {
      const inspected = await inspectBuilder(await openWorkplace(process.env), name, options);
      process.stdout.write(`${json ? JSON.stringify(inspected) : redact(describeBuilder(inspected).join('\n'))}\n`);
    });
}
