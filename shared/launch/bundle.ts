import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestFiles, digestOf, type Store } from '@dema/store';
import type { BuildOptions } from 'esbuild';

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

export function bundleLauncher(): Promise<string> {
  return bundleForQuickJs({ entryPoints: [join(import.meta.dirname, 'runtime/main.ts')] });
}

/** What a launch helper is run by, for a published package. */
export function bundleHelperRunner(): Promise<string> {
  return bundleForQuickJs({ entryPoints: [join(import.meta.dirname, 'runtime/helper.ts')], alias: WITHOUT_TOML });
}

/** A module that exports `launch` as a program for QuickJS. Fails as esbuild does when it needs what is not there. */
export async function bundleHelper(file: string): Promise<string> {
  const made = join(import.meta.dirname, 'helper.js');
  const runner = existsSync(made) ? made : join(import.meta.dirname, 'runtime/helper.ts');
  const contents = `import { launch } from ${JSON.stringify(file)};\nimport { runHelper } from ${JSON.stringify(runner)};\nrunHelper(launch);\n`;
  const stdin = { contents, resolveDir: dirname(file), sourcefile: 'helper.ts', loader: 'ts' } as const;
  return bundleForQuickJs({ stdin, alias: WITHOUT_TOML });
}

/** The reader of TOML would be most of a helper, and none of its own code calls it. */
const WITHOUT_TOML = { '@iarna/toml': join(import.meta.dirname, 'runtime/no-toml.json') };

async function bundleForQuickJs({ alias, ...entry }: BuildOptions): Promise<string> {
  const { buildSync } = await import('esbuild');
  const { outputFiles } = buildSync({
    ...entry,
    absWorkingDir: import.meta.dirname,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2023',
    define: { global: 'globalThis' },
    alias: { ...alias, 'qjs:os': 'os', 'qjs:std': 'std', stream: join(import.meta.dirname, 'runtime/no-stream.ts') },
    external: ['os', 'std'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
