import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { openHostArchive } from '@dema/debian';
import { counted } from '@dema/errors';
import { determineStoreRoot, openStore } from '@dema/store';
import { listBuiltIn } from './builder-folder.ts';
import { readPackageList } from './package-list.ts';
import { updateBuilderLocks } from './update-builder.ts';
import { type LockChange, planLock } from './update-lock.ts';

/** Brings every lock of Debian packages in the project to the newest state of the archive. Run by hand: `npm run update-locks -w builders`. */
async function updateLocks(): Promise<void> {
  const project = join(import.meta.dirname, '..');
  const store = await openStore(determineStoreRoot(process.env));
  const archive = openHostArchive({ store, env: process.env });
  const tell = (file: string, changes: LockChange[]) =>
    console.log(
      `${relative(project, file)}: ${changes.length > 0 ? `${counted(changes.length, 'package')} changed` : 'unchanged'}`,
    );
  for (const name of await listBuiltIn()) {
    for (const { file, changes } of await updateBuilderLocks(name, { archive })) tell(file, changes);
  }
  for (const file of await findPackageLists(project)) {
    const lockFile = file.replace(/\.packages\.json$/, '.lock.json');
    const { changes, write } = await planLock(
      { ...(await readPackageList(file)), lockFile },
      { archive, allowRemoval: true },
    );
    await write();
    tell(file, changes);
  }
  await archive.close();
}

async function findPackageLists(project: string): Promise<string[]> {
  const lists: string[] = [];
  for (const folder of ['shared/engine', 'shared/launch']) {
    const names = await readdir(join(project, folder), { recursive: true });
    lists.push(...names.filter((name) => name.endsWith('.packages.json')).map((name) => join(project, folder, name)));
  }
  return lists.sort();
}

await updateLocks();
