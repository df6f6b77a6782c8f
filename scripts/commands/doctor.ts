import { release } from 'node:os';
import { styleText } from 'node:util';
import { findDebianMirror } from '@dema/debian';
import { explainRefusal } from '@dema/engine';
import { isFault } from '@dema/errors';
import { exec } from '@dema/exec';
import { readNpmConfig, showUrl } from '@dema/fetch';
import { determineDataRoot, determineStoreRoot, openStore } from '@dema/store';
import type { Command } from 'commander';
import { determineArchitecture } from '../architecture.ts';
import { VERSION } from '../version.ts';

interface Check {
  title: string;
  /** What was found; a fault becomes the problem and its advice. */
  run: () => Promise<string>;
}

const CHECKS: Check[] = [
  { title: 'dema', run: async () => `${VERSION}, Node.js ${process.versions.node}` },
  { title: 'machine', run: async () => `Linux ${release()}, ${determineArchitecture()}` },
  { title: 'cache', run: async () => (await openStore(determineStoreRoot(process.env))).root },
  { title: 'images', run: async () => (await openStore(`${determineDataRoot(process.env)}/images`)).root },
  { title: 'Debian mirror', run: async () => showUrl((await findDebianMirror(process.env)).archive) },
  { title: 'npm registry', run: async () => showUrl((await readNpmConfig(process.env)).registry) },
  { title: 'user namespaces', run: checkNamespaces },
];

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Check that this machine has what builds need.')
    .action(async () => {
      for (const { title, run } of CHECKS) {
        try {
          print('green', 'ok', title, await run());
        } catch (error) {
          if (!isFault(error)) throw error;
          print('red', 'no', title, `${error.problem}\n${' '.repeat(22)}${error.fix}`);
          process.exitCode = 1;
        }
      }
    });
}

/** Asks the kernel through util-linux' `unshare`, which is on nearly every machine. */
async function checkNamespaces(): Promise<string> {
  const args = ['--user', '--map-root-user', '--mount', '--pid', '--fork', 'true'];
  const env = { PATH: process.env.PATH ?? '' };
  const asked = await exec('unshare', args, { env }).catch((error) => {
    if (isFault(error, 'EXEC_COMMAND_MISSING')) return undefined;
    throw error;
  });
  if (asked === undefined) return 'not checked: there is no `unshare` here to ask with';
  if (asked.code !== 0) throw await explainRefusal(asked.stderr.trim());
  return 'allowed';
}

function print(style: 'green' | 'red', word: string, title: string, found: string): void {
  process.stdout.write(`${styleText(style, word)}  ${title.padEnd(16)}  ${found}\n`);
}
