import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  ARCHITECTURES,
  type DebianArchive,
  DISTRIBUTION,
  openHostArchive,
  renderPackageLock,
  resolveClosure,
} from '@dema/debian';
import { determineStoreRoot, openStore } from '@dema/store';
import { readPackageList } from './package-list.ts';

/** Writes `<name>.lock.json` beside every `<name>.packages.json`, from the newest state of the archive. Run by hand: `npm run update-locks -w builders`. */
async function updateLocks(): Promise<void> {
  const project = join(import.meta.dirname, '..');
  const store = await openStore(determineStoreRoot(process.env));
  const archive = openHostArchive({ store, env: process.env });
  for (const file of await findPackageLists(project)) {
    const changed = await updateLock(file, archive);
    console.log(`${relative(project, file)}: ${changed ? 'updated' : 'unchanged'}`);
  }
  await archive.close();
}

async function findPackageLists(project: string): Promise<string[]> {
  const lists: string[] = [];
  for (const folder of ['builders', 'shared/launch']) {
    const names = await readdir(join(project, folder), { recursive: true });
    lists.push(...names.filter((name) => name.endsWith('.packages.json')).map((name) => join(project, folder, name)));
  }
  return lists.sort();
}

async function updateLock(listFile: string, archive: DebianArchive): Promise<boolean> {
  const { packages, exclude } = await readPackageList(listFile);
  const indexes = await Promise.all(ARCHITECTURES.map((architecture) => archive.packages(architecture)));
  const [amd64, arm64] = indexes.map((index) => resolveClosure(index, packages, { exclude }));
  const date = indexes[0]?.date.toISOString() ?? '';
  const text = renderPackageLock({
    distribution: DISTRIBUTION,
    date,
    architectures: { amd64: amd64 ?? [], arm64: arm64 ?? [] },
  });
  const file = listFile.replace(/\.packages\.json$/, '.lock.json');
  const before = await readFile(file, 'utf8').catch(() => '');
  if (withoutDate(before) === withoutDate(text)) return false;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  return true;
}

/** A state of the archive in which the same packages are the newest is no change. */
function withoutDate(text: string): string {
  return text.replace(/^ {2}"date": .*$/m, '');
}

await updateLocks();
