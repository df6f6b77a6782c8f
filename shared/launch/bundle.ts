import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestFiles, digestOf, type Store } from '@dema/store';

/** The launcher's code as one file for QuickJS. A published package has it made; a source checkout makes it here. */
export async function readLauncherBundle(): Promise<string> {
  return (await findMade()) ?? bundleLauncher();
}

function findMade(): Promise<string | undefined> {
  return readFile(join(import.meta.dirname, 'launcher.js'), 'utf8').catch(() => undefined);
}

/** Changes with the launcher's code, and is had without making it: of its sources and of what they may import. */
export async function digestLauncherCode(store: Store): Promise<Digest> {
  const made = await findMade();
  if (made !== undefined) return digestOf(made);
  const folders = ['runtime', '../spec', '../errors'].map((name) => join(import.meta.dirname, name));
  const sources = await Promise.all(folders.map(listSources));
  const others = ['bundle.ts', '../../package-lock.json'].map((name) => join(import.meta.dirname, name));
  return digestFiles(store, [...sources.flat(), ...others]);
}

async function listSources(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /(?<!\.test)\.ts$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

export async function bundleLauncher(): Promise<string> {
  const { buildSync } = await import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'runtime/main.ts')],
    absWorkingDir: import.meta.dirname,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2023',
    define: { global: 'globalThis' },
    alias: { 'qjs:os': 'os', 'qjs:std': 'std', stream: './runtime/no-stream.ts' },
    external: ['os', 'std'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
