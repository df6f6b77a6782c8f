import type { TarEntry } from '@dema/archive';
import { createLayer, folderEntries, type Layer } from '@dema/oci';
import { escapeId } from '@dema/spec';
import type { Store } from '@dema/store';
import { BUILDPACKS_DIR, type BuildpackFolder, EXTENSIONS_DIR } from './builder.ts';
import { moduleFileSpecial } from './package-faults.ts';

/**
 * The layer that holds a buildpack, a composite one or an image extension in buildpackages and builders: the bytes that pack makes of the same
 * folder. It begins with the folders of id and version, which pack wants first. That of a package stays what it is.
 * Fault ENGINE_PACKAGE_FILE_SPECIAL.
 */
export async function createModuleLayer(
  store: Store,
  { folder, descriptor, layer, added }: BuildpackFolder,
  kind: 'buildpack' | 'extension' = 'buildpack',
): Promise<Layer> {
  const { id, version } = descriptor.buildpack;
  const createdBy = `${kind === 'buildpack' ? 'Buildpack' : 'Extension'}: ${id}@${version}`;
  if (layer && !added) return { ...layer, createdBy };
  const parent = `${kind === 'buildpack' ? BUILDPACKS_DIR : EXTENSIONS_DIR}/${escapeId(id)}`;
  const prefix = `${parent}/${version}`;
  const root = { uid: 0, gid: 0 };
  const parents = [{ path: parent, mode: 0o755, ...root }];
  const onSpecial = (file: string) => {
    throw moduleFileSpecial(id, file);
  };
  const entries = folderEntries(folder, { prefix, ...root, parents, keepHardLinks: true, added, onSpecial });
  const programs = PROGRAMS.map((name) => `${prefix}/${name}`);
  return createLayer(store, withPlainModes(entries, programs), { createdBy });
}

/** Can be run also when their files say otherwise. */
const PROGRAMS = ['bin/detect', 'bin/build', 'bin/generate'];

/** Whatever the umask of who made the folder. */
async function* withPlainModes(entries: AsyncIterable<TarEntry>, programs: string[]): AsyncGenerator<TarEntry> {
  for await (const entry of entries) {
    const isOpen = entry.type === 'directory' || (entry.mode & 0o111) !== 0 || programs.includes(entry.path);
    yield { ...entry, mode: isOpen ? 0o755 : 0o644 };
  }
}
