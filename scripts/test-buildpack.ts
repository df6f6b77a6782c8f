import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exec } from '@dema/exec';
import { buildpackTestsMissing } from './faults.ts';

const NOT_ITS_OWN = /(^|\/)(node_modules|samples)\//;

/** Runs the tests of a buildpack's source folder on Node.js's own test runner, with the kit where they look for it. Gives its exit code. */
export async function runBuildpackTests(folder: string, signal: AbortSignal): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const tests = names.filter((name) => /\.test\.[mc]?[jt]s$/.test(name) && !NOT_ITS_OWN.test(name)).sort();
  if (tests.length === 0) throw buildpackTestsMissing(folder);
  const hooks = new URL('./find-kit.ts', import.meta.url);
  const args = ['--disable-warning=ExperimentalWarning', '--import', fileURLToPath(hooks), '--test'];
  const reporter = ['--test-reporter', 'spec'];
  const files = tests.map((name) => join(folder, name));
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined));
  const { code } = await exec(process.execPath, [...args, ...reporter, ...files], {
    cwd: folder,
    env: env as Record<string, string>,
    signal,
    onLine: (line, stream) => process[stream].write(`${line}\n`),
  });
  return code;
}
