import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { buildpackSourceMissing } from '../faults.ts';
import { findOutdated } from '../find-outdated.ts';
import { describeChange } from '../inventory-changes.ts';
import { describeOffered, readOfferedDependencies } from '../offered-dependencies.ts';
import { withRegistries } from '../registries.ts';
import { updateInventory } from '../update-inventory.ts';
import { openWorkplace } from '../workplace.ts';
import { updateBases } from './base.ts';

interface ListOptions {
  builder: string;
  json?: boolean;
}

export function addDependenciesCommand(program: Command): void {
  const dependencies = program
    .command('dependencies')
    .description('What buildpacks install: versions, sources, updates.');
  dependencies
    .command('list')
    .description('List the versions that the buildpacks of a builder offer.')
    .option('-B, --builder <name>', 'builder, by name or folder', 'base')
    .option('--json', 'print them as one JSON document')
    .action(list);
  dependencies
    .command('outdated')
    .description('List what is behind the registries that it comes from.')
    .option('-B, --builder <name>', 'builder, by name or folder', 'base')
    .option('--json', 'print it as one JSON document')
    .action(outdated);
  dependencies
    .command('update')
    .description('Write the inventory (dependencies.json) of a buildpack from the newest state of its sources.')
    .argument('[folder]', 'source of a buildpack, or a folder whose `buildpacks` holds several (default: this folder)')
    .option('--no-download', 'do not download what is new to verify it; it is marked as not verified')
    .option('--security', 'as `dema base update --security`: the argument is a builder, whose base images are mended')
    .action(async (folder: string | undefined, { download, security }: { download: boolean; security?: boolean }) => {
      if (security) await updateBases([folder ?? 'base'], { security });
      else await update(resolve(folder ?? '.'), download);
    });
}

async function list({ builder, json }: ListOptions): Promise<void> {
  const offered = await readOfferedDependencies(await openWorkplace(process.env), builder);
  print(json ? [JSON.stringify(offered)] : describeOffered(offered, new Date()));
}

async function outdated({ builder, json }: ListOptions): Promise<void> {
  const workplace = await openWorkplace(process.env);
  const offered = await readOfferedDependencies(workplace, builder);
  const found = await withRegistries(workplace, process.env, (registries) => findOutdated(offered, registries));
  if (json) return print([JSON.stringify(found)]);
  if (found.length === 0) process.stderr.write('everything is as new as its registry has it\n');
  print(
    found.map(({ name, architecture = 'all', version, newer, source }) => {
      return `${name} ${version} (${architecture}): ${source} has ${newer}`;
    }),
  );
}

async function update(root: string, download: boolean): Promise<void> {
  const workplace = await openWorkplace(process.env);
  const folders = await findSources(root);
  const onLine = (line: string) => void process.stderr.write(`  ${line}\n`);
  await withRegistries(workplace, process.env, async (registries) => {
    for (const folder of folders) {
      process.stderr.write(`${folder}\n`);
      const changes = await updateInventory(folder, { ...registries, env: process.env, download, onLine });
      if (changes.length === 0) onLine('nothing changed');
      print(changes.map((change) => `  ${describeChange(change)}`));
    }
  });
}

async function findSources(root: string): Promise<string[]> {
  if (isSource(root)) return [root];
  const names = await readdir(join(root, 'buildpacks')).catch(() => []);
  const folders = names.map((name) => join(root, 'buildpacks', name)).filter(isSource);
  if (folders.length === 0) throw buildpackSourceMissing(root);
  return folders.sort();
}

function isSource(folder: string): boolean {
  return existsSync(join(folder, 'buildpack.toml')) && existsSync(join(folder, 'index.ts'));
}

function print(lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
