import { statfs } from 'node:fs/promises';
import { release } from 'node:os';
import { styleText } from 'node:util';
import { explainRefusal } from '@dema/engine';
import { asFault, isFault, redact } from '@dema/errors';
import { exec } from '@dema/exec';
import { showUrl } from '@dema/fetch';
import { determineDataRoot, determineStoreRoot, openStore } from '@dema/store';
import type { Command } from 'commander';
import { determineArchitecture } from '../architecture.ts';
import { askDebianMirror, askNpmRegistry } from '../ask-services.ts';
import { diskLow, unexpected } from '../faults.ts';
import { sizeText } from '../size-text.ts';
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
  { title: 'disk', run: () => checkDisk(process.env) },
  { title: 'proxy', run: async () => describeProxy(process.env) },
  { title: 'Debian mirror', run: () => askDebianMirror(process.env) },
  { title: 'npm registry', run: () => askNpmRegistry(process.env) },
  { title: 'user namespaces', run: checkNamespaces },
];

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Check that this machine has what builds need.')
    .action(async () => {
      const checks = CHECKS.map(({ title, run }) => ({
        title,
        outcome: run().catch((error) => asFault(error, unexpected)),
      }));
      for (const { title, outcome } of checks) {
        const found = await outcome;
        if (typeof found === 'string') print('green', 'ok', title, [found]);
        else {
          print('red', 'no', title, [found.problem, ...found.details, `what to do: ${found.fix}`]);
          process.exitCode = 1;
        }
      }
    });
}

/** Base images, downloads and layers of one language take about a gigabyte. */
const ENOUGH_BYTES = 2e9;

async function checkDisk(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = determineStoreRoot(env);
  const { bavail, bsize } = await statfs((await openStore(folder)).root);
  const free = bavail * bsize;
  if (free < ENOUGH_BYTES) throw diskLow(folder, sizeText(free));
  return `${sizeText(free)} free where the cache is`;
}

function describeProxy(env: NodeJS.ProcessEnv): string {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
  const set = names.flatMap((name) => {
    const value = env[name] ?? env[name.toLowerCase()];
    return value ? [`${name}=${value.includes('://') ? showUrl(value) : value.replace(/^.*@/, '***@')}`] : [];
  });
  return set.join(' ') || 'none';
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

function print(style: 'green' | 'red', word: string, title: string, lines: string[]): void {
  const text = lines.join(`\n${' '.repeat(22)}`);
  process.stdout.write(`${styleText(style, word)}  ${title.padEnd(16)}  ${redact(text)}\n`);
}
