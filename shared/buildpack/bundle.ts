import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { bundleFailed } from './faults.ts';
import { withStableNames } from './stable-names.ts';

const ENTRY = `import buildpack from './index.ts';
import { runBuildpack } from '@dema/buildpack';
process.exitCode = await runBuildpack(buildpack, process.argv.slice(2), process.env);
`;

/** Bundled code that came as CommonJS asks for Node's own modules by `require`, which a module file has not. */
const REQUIRE = `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`;

/** Where a buildpack that is not in this repository finds the kit: in a checkout, and in the published package. */
const WORKSPACES = join(import.meta.dirname, '../../node_modules');
const MADE_KIT = join(import.meta.dirname, '../../buildpack.mjs');

export interface BundledFile {
  /** Relative to the buildpack's folder. */
  name: string;
  bytes: Uint8Array;
}

const COMMON: BuildOptions & { write: false } = {
  bundle: true,
  write: false,
  platform: 'node',
  minify: true,
  legalComments: 'none',
  nodePaths: [WORKSPACES],
  // That of a project around the folder must not count, as it does not for Node.js, which runs the sources elsewhere.
  tsconfigRaw: { compilerOptions: { strict: true } },
  ...(existsSync(MADE_KIT) && { alias: { '@dema/buildpack': MADE_KIT } }),
  logLevel: 'silent',
};

/**
 * What only a build needs (above all the HTTP client) becomes files of its own: it is most of the code, and detect starts in
 * half the time without.
 */
export async function bundleBuildpack(folder: string): Promise<BundledFile[]> {
  const files = await bundle(folder, {
    ...COMMON,
    stdin: { contents: ENTRY, resolveDir: folder, sourcefile: 'main.ts', loader: 'ts' },
    splitting: true,
    outdir: folder,
    entryNames: 'main',
    chunkNames: 'main/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    external: ['esbuild', 'openpgp', '@dema/launch'],
    absWorkingDir: folder,
  });
  return withStableNames(files);
}

/**
 * Programs that a buildpack puts into images, where they run on the app's own Node.js: each `programs/<name>.ts` becomes
 * `programs/<name>.cjs`, which needs nothing else and may stand behind `#!`.
 */
export async function bundlePrograms(folder: string): Promise<BundledFile[]> {
  const names = await readdir(join(folder, 'programs')).catch(() => []);
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort();
  if (sources.length === 0) return [];
  return bundle(folder, {
    ...COMMON,
    entryPoints: sources.map((name) => join(folder, 'programs', name)),
    outdir: join(folder, 'programs'),
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    target: 'node20',
    absWorkingDir: folder,
  });
}

/**
 * Launch helpers of a buildpack: each `launch/<name>.ts` that exports `launch` becomes `launch/<name>.js`, a program for the
 * QuickJS that the image gets.
 */
export async function bundleLaunchHelpers(folder: string): Promise<BundledFile[]> {
  const names = (await readdir(join(folder, 'launch')).catch(() => [])).sort();
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const files: BundledFile[] = [];
  for (const source of sources.map((name) => join(folder, 'launch', name))) {
    if (!/^\s*export (function|const) launch\b/m.test(await readFile(source, 'utf8'))) continue;
    const name = relative(folder, source).replace(/\.ts$/, '.js');
    files.push({ name, bytes: Buffer.from(await bundleLaunchHelper(folder, source)) });
  }
  return files;
}

async function bundleLaunchHelper(folder: string, source: string): Promise<string> {
  const { bundleHelper } = await import('@dema/launch');
  try {
    return await bundleHelper(source);
  } catch (error) {
    throw bundleFailed(folder, describeFailure(error));
  }
}

/** Bundled by a program that ends by itself: the service behind the other form of esbuild stays as long as we do. */
async function bundle(folder: string, options: BuildOptions & { write: false }): Promise<BundledFile[]> {
  const { buildSync } = await import('esbuild');
  try {
    const { outputFiles } = buildSync(options);
    return outputFiles.map(({ path, contents }) => ({ name: relative(folder, path), bytes: contents }));
  } catch (error) {
    throw bundleFailed(folder, describeFailure(error));
  }
}

function describeFailure(error: unknown): string[] {
  const { errors = [] } = error as Partial<BuildFailure>;
  if (errors.length === 0) return [String(error)];
  return errors.map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text));
}
