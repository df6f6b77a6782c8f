import { posix } from 'node:path';
import { lineAt } from './rule.ts';

export interface Import {
  /** As it is written. */
  specifier: string;
  line: number;
}

const SPECIFIER =
  /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\bimport\.meta\.resolve\(\s*|\bnew URL\(\s*)(['"])([^'"\n]+)\1/g;

/** What a TypeScript file imports, types included. */
export function findImports(text: string): Import[] {
  return [...text.matchAll(SPECIFIER)].map((match) => ({
    specifier: match[2] ?? '',
    line: lineAt(text, match.index),
  }));
}

export interface PackagePlace {
  /** Folder of the package in the repository. */
  folder: string;
  /** As the table of allowed imports names it. */
  name: string;
}

/** The workspace package to which a file belongs. */
export function findPackage(path: string): PackagePlace | undefined {
  const [first = '', second = ''] = path.split('/');
  if (first === 'shared') return { folder: `shared/${second}`, name: second };
  if (first === 'buildpacks') return { folder: `buildpacks/${second}`, name: 'family' };
  if (first === 'scripts') return { folder: 'scripts', name: 'dema' };
  if (first === 'builders' || first === 'test') return { folder: first, name: first };
  return undefined;
}

/** Whether a relative import stays inside the folder. */
export function staysInside(folder: string, path: string, specifier: string): boolean {
  return posix.join(posix.dirname(path), specifier).startsWith(`${folder}/`);
}

export function isCode(path: string): boolean {
  return path.endsWith('.ts') && !/^test\/(apps|buildpacks)\/[^/]+\//.test(path);
}

/** Tests, and what serves nothing but tests. */
export function isTest(path: string): boolean {
  return /\.(test|fuzz)\.ts$/.test(path) || path.startsWith('shared/testkit/') || path.startsWith('test/');
}
