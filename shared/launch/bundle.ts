import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The launcher's code as one file for QuickJS. A published package has it made; a source checkout makes it here. */
export async function readLauncherBundle(): Promise<string> {
  return (await findMade()) ?? bundleLauncher();
}

function findMade(): Promise<string | undefined> {
  return readFile(join(import.meta.dirname, 'launcher.js'), 'utf8').catch(() => undefined);
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
