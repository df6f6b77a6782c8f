import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { composeBuildpackage } from '@dema/engine';
import type { Command } from 'commander';
import { determineArchitecture } from '../architecture.ts';
import { openDestination } from '../destination.ts';
import { openBuildpack } from '../packaged-buildpacks.ts';
import { openRuntimeBuildpack } from '../runtime-buildpack.ts';
import { openWorkplace } from '../workplace.ts';

const HELP = `
The package holds the buildpack and the runtime that ours run on, for this machine's architecture. pack, kpack and
other platforms take it as it is; a builder has the runtime once, however many packages bring it.

Examples:
  dema buildpack package ./rust
  dema buildpack package ./rust --output oci:./package`;

export function addBuildpackPackageCommand(buildpack: Command): void {
  buildpack
    .command('package')
    .description('Make a package of a buildpack that other platforms can use.')
    .argument('[folder]', 'source of the buildpack (default: this folder)')
    .option('-o, --output <place>', 'where it goes: archive:FILE, oci:DIR or store (default: archive:NAME.cnb)')
    .addHelpText('after', HELP)
    .action(async (folder: string | undefined, { output }: { output?: string }) => {
      const { reference, digest, place } = await packageBuildpack(resolve(folder ?? '.'), output);
      process.stderr.write(`${reference} in ${place}\n`);
      process.stdout.write(`${digest}\n`);
    });
}

async function packageBuildpack(
  folder: string,
  output?: string,
): Promise<{ reference: string; digest: string; place: string }> {
  const workplace = await openWorkplace(process.env);
  const { store } = workplace;
  const architecture = determineArchitecture();
  const buildpack = await openBuildpack(store, folder);
  const { id, version } = buildpack.descriptor.buildpack;
  const others = existsSync(join(folder, 'index.ts'))
    ? [await openRuntimeBuildpack(workplace, architecture, { env: process.env })]
    : [];
  const image = await composeBuildpackage({ store, architecture, buildpack, others });
  const place = output ?? `archive:${id.replace('/', '_')}-${version}.cnb`;
  const images = openDestination(workplace, place);
  await images.find(`${id}:${version}`);
  const { digest } = await images.put(`${id}:${version}`, image);
  return { reference: `${id}:${version}`, digest, place };
}
