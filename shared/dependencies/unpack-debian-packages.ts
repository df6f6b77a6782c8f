import { readBody, type TarEntry, unpackEntries } from '@dema/archive';
import { isPruned, packageEntries } from '@dema/debian';
import {
  completingLinks,
  createRelocation,
  isLinkerScript,
  mayBeLinkerScript,
  moveLink,
  moveLinkerScript,
} from './relocate.ts';

export interface UnpackDebianOptions {
  /** Whether to unpack a member, by its path in the folder. */
  filter?: (path: string) => boolean;
}

export interface DebianFile {
  /** Of the .deb. */
  path: string;
  /** Name of the package. */
  name: string;
}

/**
 * Unpacks Debian packages into a folder that is no root: what they have in `/usr` lies in the folder itself (`bin`, `lib`,
 * `share`), the rest beside it (`etc`). No maintainer script runs; instead links and texts for the linker lead to what is
 * in the folder, or else to the root that it stands in, and links are added (`completingLinks`). Documentation is left
 * out, but for copyright files.
 */
export async function unpackDebianPackages(
  packages: DebianFile[],
  folder: string,
  { filter = () => true }: UnpackDebianOptions = {},
): Promise<void> {
  const relocation = createRelocation(packages.some(({ name }) => /^libgcc-\d+-dev$/.test(name)));
  const links: TarEntry[] = [];
  const scripts: { entry: TarEntry; text: string }[] = [];

  /** All but what can be written only once everything else is known. */
  async function* plainEntries(file: string): AsyncGenerator<TarEntry> {
    for await (const original of packageEntries(file)) {
      const entry = placeEntry(original, relocation.move);
      if (entry.path === '' || isPruned(original.path) || !filter(entry.path)) continue;
      relocation.present.add(entry.path);
      const content = mayBeLinkerScript(entry) ? await readBody(entry) : undefined;
      if (entry.type === 'symlink') links.push(original);
      else if (content && isLinkerScript(content)) scripts.push({ entry, text: content.toString('latin1') });
      else yield content ? { ...entry, body: () => [content] } : entry;
    }
  }

  for (const { path } of packages) await unpackEntries(plainEntries(path), folder, { root: true });
  const last = [
    ...links.map((link) => moveLink(link, relocation)),
    ...scripts.map(({ entry, text }) => withText(entry, moveLinkerScript(text, relocation))),
    ...completingLinks(relocation).filter(({ path }) => filter(path)),
  ];
  await unpackEntries(last, folder, { root: true });
}

function placeEntry(entry: TarEntry, move: (path: string) => string): TarEntry {
  const path = move(entry.path);
  return entry.type === 'hardlink' ? { ...entry, path, linkPath: move(entry.linkPath ?? '') } : { ...entry, path };
}

function withText(entry: TarEntry, text: string): TarEntry {
  const bytes = Buffer.from(text, 'latin1');
  return { ...entry, size: bytes.length, body: () => [bytes] };
}
