import { redact } from '@dema/errors';
import type { Command } from 'commander';
import { collect } from '../collect-option.ts';
import { parseDepth } from '../depth-option.ts';
import { describeBuildpack } from '../describe-buildpack.ts';
import { type InspectBuildpackOptions, inspectBuildpack } from '../inspect-buildpack.ts';
import { platformOption } from '../platform-option.ts';
import { openWorkplace } from '../workplace.ts';

const EXAMPLES = `
Examples:
  dema buildpack inspect dema/nodejs
  dema buildpack inspect ./rust
  dema buildpack inspect docker://registry.example/acme/all:1 --json`;

export function addBuildpackInspectCommand(buildpack: Command): void {
  buildpack
    .command('inspect')
    .description('Show what a buildpack is, what its package holds and which settings it has.')
    .argument('<buildpack>', 'id of a buildpack of the builder; or folder, package in a file, oci:DIR, docker://NAME')
    .option('-B, --builder <name>', 'builder that holds it, by name or folder', 'base')
    .option('-d, --depth <number>', 'how many composite buildpacks inside of each other are taken apart', parseDepth)
    .addOption(platformOption("this machine's"))
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { json, ...options }: InspectBuildpackOptions & { json?: boolean }) => {
      const inspected = await inspectBuildpack(await openWorkplace(process.env), name, options);
      process.stdout.write(`${json ? JSON.stringify(inspected) : redact(describeBuildpack(inspected).join('\n'))}\n`);
    });
}
