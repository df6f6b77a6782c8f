import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const REPOSITORY = join(import.meta.dirname, '../..');
const run = promisify(execFile);

export interface InstalledDema {
  /** Where npm installed it: the project of a user. */
  folder: string;
  /** `bin/dema.js` of the package, and the Node.js that was installed with it. */
  bin: string;
  node: string;
  /** As a user has it: without what npm puts on PATH for scripts of this repository. */
  env: NodeJS.ProcessEnv;
}

/** The package as it is published, installed by npm into a new folder inside `folder`. */
export async function installDema(folder: string, given: NodeJS.ProcessEnv): Promise<InstalledDema> {
  const installed = join(folder, 'installed');
  const path = (given.PATH ?? '').split(delimiter).filter((one) => !one.includes('node_modules'));
  const env = { ...given, PATH: path.join(delimiter) };
  await mkdir(installed, { recursive: true });
  await run('npm', ['pack', '--workspace', 'dema', '--pack-destination', folder], { cwd: REPOSITORY });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? 'no archive was made';
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, archive)], { cwd: installed, env });
  const modules = join(installed, 'node_modules');
  return {
    folder: installed,
    bin: join(modules, 'dema/bin/dema.js'),
    node: join(modules, `node-linux-${process.arch}/bin/node`),
    env,
  };
}
