import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readImagePackages } from '@dema/builders';
import { ARCHITECTURES, type DebianArchive, openHostArchive } from '@dema/debian';
import { composeDebianDependency, type Dependency, parseDebianList, parseInventory } from '@dema/dependencies';
import { exec } from '@dema/exec';
import type { Store } from '@dema/store';
import { updateFailed } from './faults.ts';
import { compareInventories, type InventoryChange } from './inventory-changes.ts';

export interface UpdateOptions {
  /** For what is downloaded on the way. */
  downloads: Store;
  env: NodeJS.ProcessEnv;
  onLine: (line: string) => void;
}

interface InventoryFile {
  generatedBy?: string;
  sources?: Record<string, string>;
  dependencies: unknown[];
}

const GENERATOR = 'update-dependencies.ts';
const LIST = '.packages.json';

/**
 * Writes `dependencies.json` of a buildpack's source folder anew: by the folder's own `update-dependencies.ts` where it has
 * one, and out of the newest Debian packages for every `<id>.packages.json`. Gives what changed.
 */
export async function updateInventory(folder: string, options: UpdateOptions): Promise<InventoryChange[]> {
  const before = await readInventory(folder);
  if (existsSync(join(folder, GENERATOR))) await runGenerator(folder, options);
  const lists = (await readdir(folder)).filter((name) => name.endsWith(LIST)).sort();
  if (lists.length > 0) await updateDebian(folder, lists, options);
  return compareInventories(before, await readInventory(folder));
}

async function runGenerator(folder: string, { env, onLine }: UpdateOptions): Promise<void> {
  const file = join(folder, GENERATOR);
  const defined = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const { code, stderr } = await exec(process.execPath, [file], { env: Object.fromEntries(defined), onLine });
  if (code !== 0) throw updateFailed(file, code, stderr.trim().split('\n').slice(-20));
}

async function updateDebian(folder: string, lists: string[], { downloads, env }: UpdateOptions): Promise<void> {
  const archive = openHostArchive({ store: downloads, env });
  try {
    const composed = await Promise.all(lists.map((name) => composeList(join(folder, name), archive)));
    const ids = lists.map(idOf);
    const file = await readInventoryFile(folder);
    const others = (file.dependencies as Dependency[]).filter(({ id }) => !ids.includes(id));
    const { generatedBy = 'dema dependencies update', sources = {} } = file;
    await writeInventory(folder, {
      generatedBy,
      sources: {
        ...sources,
        ...Object.fromEntries(ids.map((id) => [id, `${id}${LIST}, signed indexes of Debian 13`])),
      },
      dependencies: [...others, ...composed.flat()],
    });
  } finally {
    await archive.close();
  }
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

async function readInventory(folder: string): Promise<Dependency[]> {
  return parseInventory(await readInventoryFile(folder), join(folder, 'dependencies.json'));
}

async function readInventoryFile(folder: string): Promise<InventoryFile> {
  const text = await readFile(join(folder, 'dependencies.json'), 'utf8').catch(() => '{"dependencies":[]}');
  return JSON.parse(text);
}

/** Written as a whole or not at all. Each locked package stands on a line of its own, so that differences read well. */
async function writeInventory(folder: string, inventory: InventoryFile): Promise<void> {
  const file = join(folder, 'dependencies.json');
  const text = JSON.stringify(inventory, null, 2)
    .replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')
    .replace(/\{\s+"name": [^{}]*"sha256": "[0-9a-f]{64}"\s+\}/g, (entry) => entry.replace(/\s*\n\s*/g, ' '));
  await writeFile(`${file}.new`, `${text}\n`);
  await rename(`${file}.new`, file);
}
