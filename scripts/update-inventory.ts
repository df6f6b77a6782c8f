import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readImagePackages } from '@dema/builders';
import { ARCHITECTURES, type DebianArchive } from '@dema/debian';
import { composeDebianDependency, type Dependency, parseDebianList } from '@dema/dependencies';
import { exec } from '@dema/exec';
import { updateFailed } from './faults.ts';
import { compareInventories, type InventoryChange } from './inventory-changes.ts';
import { readInventoryFile, writeInventoryFile } from './inventory-file.ts';
import { type VerifyOptions, verifySources } from './verify-sources.ts';

export interface UpdateOptions extends VerifyOptions {
  env: NodeJS.ProcessEnv;
}

const GENERATOR = 'update-dependencies.ts';
const LIST = '.packages.json';

/**
 * Writes `dependencies.json` of a buildpack's source folder anew: by the folder's own `update-dependencies.ts` where it has
 * one, and out of the newest Debian packages for every `<id>.packages.json`. What is new is downloaded once, to see that it
 * is what its checksum says. Gives what changed.
 */
export async function updateInventory(folder: string, options: UpdateOptions): Promise<InventoryChange[]> {
  const { dependencies: before } = await readInventoryFile(folder);
  if (existsSync(join(folder, GENERATOR))) await runGenerator(folder, options);
  const lists = (await readdir(folder)).filter((name) => name.endsWith(LIST)).sort();
  if (lists.length > 0) await updateDebian(folder, lists, options.debian);
  const file = await readInventoryFile(folder);
  const dependencies = await verifySources(file.dependencies, before, options);
  if (JSON.stringify(dependencies) !== JSON.stringify(file.dependencies)) {
    await writeInventoryFile(folder, { ...file, dependencies });
  }
  return compareInventories(before, dependencies);
}

async function runGenerator(folder: string, { env, onLine }: UpdateOptions): Promise<void> {
  const file = join(folder, GENERATOR);
  const defined = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const { code } = await exec(process.execPath, [file], { env: Object.fromEntries(defined), onLine });
  if (code !== 0) throw updateFailed(file, code);
}

async function updateDebian(folder: string, lists: string[], archive: DebianArchive): Promise<void> {
  const composed = await Promise.all(lists.map((name) => composeList(join(folder, name), archive)));
  const ids = lists.map(idOf);
  const { generatedBy = 'dema dependencies update', sources, dependencies } = await readInventoryFile(folder);
  const origins = ids.map((id) => [id, `${id}${LIST}, signed indexes of Debian 13`]);
  await writeInventoryFile(folder, {
    generatedBy,
    sources: { ...sources, ...Object.fromEntries(origins) },
    dependencies: [...dependencies.filter(({ id }) => !ids.includes(id)), ...composed.flat()],
  });
}

async function composeList(file: string, archive: DebianArchive): Promise<Dependency[]> {
  const list = parseDebianList(await readFile(file, 'utf8'), idOf(file), file);
  return Promise.all(
    ARCHITECTURES.map(async (architecture) => {
      const present = await readImagePackages('base', list.image, architecture);
      return composeDebianDependency(list, await archive.packages(architecture), architecture, present);
    }),
  );
}

function idOf(file: string): string {
  return basename(file, LIST);
}
