import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dependency, parseInventory } from '@dema/dependencies';

/** `dependencies.json` of a buildpack's source folder. */
export interface InventoryFile {
  /** The program that writes it. */
  generatedBy?: string;
  /** Where what it says comes from. */
  sources?: Record<string, string>;
  /** Of lines, by dependency and first number of the version. */
  endOfLife?: Record<string, Record<string, string>>;
  dependencies: Dependency[];
}

const NAME = 'dependencies.json';

/** Empty where there is none. Fault DEPENDENCY_INVENTORY_INVALID. */
export async function readInventoryFile(folder: string): Promise<InventoryFile> {
  const text = await readFile(join(folder, NAME), 'utf8').catch(() => '{"dependencies":[]}');
  const file = JSON.parse(text);
  return { ...file, dependencies: parseInventory(file, join(folder, NAME)) };
}

/** Written as a whole or not at all. Each Debian package stands on a line of its own, so that differences read well. */
export async function writeInventoryFile(folder: string, inventory: InventoryFile): Promise<void> {
  const file = join(folder, NAME);
  const text = JSON.stringify(inventory, null, 2)
    .replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')
    .replace(/\{\s+"name": [^{}]*"sha256": "[0-9a-f]{64}"\s+\}/g, (entry) => entry.replace(/\s*\n\s*/g, ' '));
  await writeFile(`${file}.new`, `${text}\n`);
  await rename(`${file}.new`, file);
}
