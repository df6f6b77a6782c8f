import { posix } from 'node:path';
import type { TarEntry } from '@dema/archive';

/** What is in the folder so far, by the paths there, and how paths of a Debian root become paths of the folder. */
export interface Relocation {
  present: Set<string>;
  /** A path of the root, without its leading `/`; empty for `usr` itself. */
  move(path: string): string;
}

/**
 * Without a compiler among the packages, `usr/include` is `include` of the folder, where a layer has headers. A compiler from
 * the same folder looks for headers of C beside itself, in a folder named after the architecture: there they come behind those of C++,
 * which wrap them.
 */
export function createRelocation(hasCompiler: boolean): Relocation {
  return {
    present: new Set(),
    move(path) {
      const merged = path.replace(/^(bin|sbin|lib|lib64)(?=\/|$)/, 'usr/$1');
      const inUsr = merged === 'usr' ? '' : merged.replace(/^usr\//, '');
      return hasCompiler ? moveHeader(inUsr) : inUsr;
    },
  };
}

const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

function moveHeader(path: string): string {
  const [, header] =
    /^include(?:\/(?:x86_64|aarch64)-linux-gnu)?\/(?!c\+\+(?:\/|$)|(?:x86_64|aarch64)-linux-gnu(?:\/|$))(.*)$/.exec(
      path,
    ) ?? [];
  return header === undefined ? path : `${TRIPLET}/include/${header}`;
}

/** A symbolic link in its new place. It leads to what is in the folder; where that is not there, to the same place of the root, where the base image may have it. */
export function moveLink(link: TarEntry, { present, move }: Relocation): TarEntry {
  const path = move(link.path);
  const root = posix.resolve('/', posix.dirname(link.path), link.linkPath ?? '');
  const target = move(root.slice(1));
  const isPresent = target === '' || present.has(target) || [...present].some((one) => one.startsWith(`${target}/`));
  return { ...link, path, linkPath: isPresent ? posix.relative(posix.dirname(`/${path}`), `/${target}`) : root };
}

const LARGEST_SCRIPT = 4096;

export function mayBeLinkerScript({ type, path, size }: TarEntry): boolean {
  return type === 'file' && size <= LARGEST_SCRIPT && /^lib\/.*\.so$/.test(path);
}

/** Where a library is named `libx.so` for the linker, there may be a text that names the files it consists of. */
export function isLinkerScript(content: Buffer): boolean {
  return content.toString('latin1', 0, 64).startsWith('/* GNU ld script');
}

/** Files of the folder are named without a path, for the linker to look up; others are those of the root. */
export function moveLinkerScript(text: string, { present, move }: Relocation): string {
  return text.replace(/(?<=[\s(])\/[^\s)]+/g, (path) => {
    return present.has(move(path.slice(1))) ? posix.basename(path) : path;
  });
}

const ALTERNATIVES = { cc: 'gcc', 'c++': 'g++' };
const SYSTEM_PROGRAM = /^sbin\/([^/]+)$/;
const SHARED_LIBRARY = /^lib\/((?:x86_64|aarch64)-linux-gnu)\/([^/]+\.so(?:\.[^/]*)?)$/;

/** Links that maintainer scripts would have written, and those by which a layer's programs and libraries are found: in its `bin` and `lib`, not beside or below. */
export function completingLinks({ present }: Relocation): TarEntry[] {
  const links = [...present].flatMap((path) => {
    const [, triplet, library] = SHARED_LIBRARY.exec(path) ?? [];
    if (triplet && library) return [symlink(`lib/${library}`, `${triplet}/${library}`)];
    const [, program] = SYSTEM_PROGRAM.exec(path) ?? [];
    if (program) return [symlink(`bin/${program}`, `../sbin/${program}`)];
    const alternative = Object.entries(ALTERNATIVES).find(([, program]) => path === `bin/${program}`);
    return alternative ? [symlink(`bin/${alternative[0]}`, alternative[1])] : [];
  });
  return links.filter(({ path }) => !present.has(path));
}

function symlink(path: string, linkPath: string): TarEntry {
  return { path, type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, linkPath };
}
