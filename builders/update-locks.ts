import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { openHostArchive } from '@dema/debian';
import { determineStoreRoot, openStore } from '@dema/store';
import { updateLock } from './update-lock.ts';

/** Brings every `<name>.lock.json` of the project to the newest state of the archive. Run by hand: `npm run update-locks -w builders`. */
async function updateLocks(): Promise<void> {
  const project = join(import.meta.dirname, '..');
  const store = await openStore(determineStoreRoot(process.env));
  const archive = openHostArchive({ store, env: process.env });
  for (const file of await findPackageLists(project)) {
    const changes = await updateLock(file, { archive });
    console.log(
      `${relative(project, file)}: ${changes.length > 0 ? `${changes.length} packages changed` : 'unchanged'}`,
    );
  }
  await archive.close();
}

async function findPackageLists(project: string): Promise<string[]> {
  const lists: string[] = [];
  for (const folder of ['builders', 'shared/engine', 'shared/launch']) {
    const names = await readdir(join(project, folder), { recursive: true });
    lists.push(...names.filter((name) => name.endsWith('.packages.json')).map((name) => join(project, folder, name)));
  }
  return lists.sort();
}

await updateLocks();
