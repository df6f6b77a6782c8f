import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { buildpackSourceMissing } from '../faults.ts';
import { describeChange } from '../inventory-changes.ts';
import { updateInventory } from '../update-inventory.ts';
import { openWorkplace } from '../workplace.ts';

export function addDependenciesCommand(program: Command): void {
  const dependencies = program
    .command('dependencies')
    .description('What buildpacks install: versions, sources, updates.');
  dependencies
    .command('update')
    .description('Write the inventory (dependencies.json) of a buildpack from the newest state of its sources.')
    .argument('[folder]', 'source of a buildpack, or a folder whose `buildpacks` holds several (default: this folder)')
    .action(async (folder: string | undefined) => update(resolve(folder ?? '.')));
}

async function update(root: string): Promise<void> {
  const { downloads } = await openWorkplace(process.env);
  const onLine = (line: string) => void process.stderr.write(`  ${line}\n`);
  for (const folder of await findSources(root)) {
    process.stderr.write(`${folder}\n`);
    const changes = await updateInventory(folder, { downloads, env: process.env, onLine });
    if (changes.length === 0) process.stderr.write('  nothing changed\n');
    for (const change of changes) process.stdout.write(`  ${describeChange(change)}\n`);
  }
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
