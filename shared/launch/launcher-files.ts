import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TarEntry } from '@dema/archive';
import {
  type DebianArchitecture,
  type DebianArchive,
  fetchLocked,
  type LockedPackage,
  packageEntries,
} from '@dema/debian';
import { packageIncomplete } from './faults.ts';

/** The loader that glibc has for each architecture, and the folder of its libraries. */
const PLATFORMS = {
  amd64: { loader: 'ld-linux-x86-64.so.2', libraries: 'usr/lib/x86_64-linux-gnu' },
  arm64: { loader: 'ld-linux-aarch64.so.1', libraries: 'usr/lib/aarch64-linux-gnu' },
};

interface WantedFile {
  /** In the launcher's folder. */
  name: string;
  package: string;
  path: string;
  mode: number;
}

export function loaderName(architecture: DebianArchitecture): string {
  return PLATFORMS[architecture].loader;
}

/** What the launcher takes from Debian's packages, with the terms under which they are passed on. */
export async function readProgramFiles(
  archive: DebianArchive,
  packages: LockedPackage[],
  architecture: DebianArchitecture,
): Promise<TarEntry[]> {
  const wanted = listWanted(architecture);
  const found = await Promise.all(packages.map((locked) => readPackage(archive, locked, wanted, architecture)));
  return found.flat();
}

function listWanted(architecture: DebianArchitecture): WantedFile[] {
  const { loader, libraries } = PLATFORMS[architecture];
  return [
    { name: 'busybox', package: 'busybox-static', path: 'usr/bin/busybox', mode: 0o755 },
    { name: 'qjs', package: 'quickjs', path: 'usr/bin/qjs', mode: 0o755 },
    { name: loader, package: 'libc6', path: `${libraries}/${loader}`, mode: 0o755 },
    { name: 'libc.so.6', package: 'libc6', path: `${libraries}/libc.so.6`, mode: 0o755 },
    { name: 'libm.so.6', package: 'libc6', path: `${libraries}/libm.so.6`, mode: 0o644 },
    ...['busybox-static', 'libc6', 'quickjs'].map((name) => {
      return { name: `${name}.copyright`, package: name, path: `usr/share/doc/${name}/copyright`, mode: 0o644 };
    }),
  ];
}

async function readPackage(
  archive: DebianArchive,
  locked: LockedPackage,
  wanted: WantedFile[],
  architecture: DebianArchitecture,
): Promise<TarEntry[]> {
  const { path: deb } = await fetchLocked(archive, locked, { architecture });
  const open = new Map(wanted.filter((file) => file.package === locked.name).map((file) => [file.path, file]));
  const files: TarEntry[] = [];
  for await (const entry of packageEntries(deb)) {
    const file = open.get(entry.path);
    if (!file || entry.type !== 'file' || !entry.body) continue;
    files.push(fileEntry(file.name, await buffer(Readable.from(entry.body())), file.mode));
    open.delete(entry.path);
  }
  if (open.size > 0) throw packageIncomplete(deb, [...open.keys()]);
  return files;
}

/** A file of the launcher's folder. */
export function fileEntry(name: string, content: Uint8Array, mode: number): TarEntry {
  return {
    path: `/cnb/lifecycle/${name}`,
    type: 'file',
    mode,
    uid: 0,
    gid: 0,
    size: content.length,
    body: () => [content],
  };
}
