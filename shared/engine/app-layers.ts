import { comparePaths, fileBody, type TarEntry } from '@dema/archive';
import { folderEntries } from '@dema/oci';
import { APP_DIR } from './builder.ts';
import type { NamedLayer } from './buildpack-layers.ts';
import { makeLayer } from './layer-of-entries.ts';
import type { PlacedFolder } from './placed-folders.ts';
import type { Session } from './session.ts';
import { divideIntoSlices } from './slices.ts';

/**
 * The app, with the folders of layers that stand in it, as a layer for each slice and one for what is left; files in the
 * order of their paths.
 */
export async function makeAppLayers(
  session: Session,
  slices: { paths: string[] }[],
  placed: PlacedFolder[],
): Promise<NamedLayer[]> {
  const { entries, bodyOf } = await readAppEntries(session, placed);
  entries.sort((a, b) => comparePaths(a.path, b.path));
  const divided = divideIntoSlices(entries, slices);
  return Promise.all(
    divided.map(async (part, index) => {
      const isRemainder = index === divided.length - 1;
      const createdBy = isRemainder && slices.length === 0 ? 'Application Layer' : `Application Slice: ${index + 1}`;
      const name = isRemainder ? 'app' : `app: ${slices[index]?.paths.join(', ')}`;
      return { name, createdBy, layer: await makeLayer(session.store, () => withBodies(part, bodyOf)) };
    }),
  );
}

type BodyOf = (entry: TarEntry) => TarEntry['body'];

/** Of a hundred thousand files that are all held to be sorted, what reads each is made when its turn has come. */
function* withBodies(entries: TarEntry[], bodyOf: BodyOf): Generator<TarEntry> {
  for (const entry of entries) yield entry.type === 'file' ? { ...entry, body: bodyOf(entry) } : entry;
}

async function readAppEntries(
  session: Session,
  placed: PlacedFolder[],
): Promise<{ entries: TarEntry[]; bodyOf: BodyOf }> {
  const { user: uid, group: gid } = session.builder.buildImage;
  const sources = new Map(placed.map(({ source, target }) => [`${APP_DIR}/${target}`, source]));
  const entries: TarEntry[] = [];
  for await (const { body: _, ...entry } of folderEntries(session.folders.app, { prefix: APP_DIR, uid, gid })) {
    if (!sources.has(entry.path)) entries.push(entry);
  }
  for (const [prefix, source] of sources) {
    for await (const { body: _, ...entry } of folderEntries(source, { prefix, uid, gid })) entries.push(entry);
  }
  const bodyOf: BodyOf = ({ path, size }) => {
    const [prefix, source] = [...sources].find(([one]) => path.startsWith(`${one}/`)) ?? [APP_DIR, session.folders.app];
    return fileBody(`${source}${path.slice(prefix.length)}`, size);
  };
  return { entries, bodyOf };
}
