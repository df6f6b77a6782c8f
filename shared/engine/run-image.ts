import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exec } from '@dema/exec';
import type { Image } from '@dema/oci';
import type { Store } from '@dema/store';
import { bubblewrapCommand, explainComplaint, findBubblewrapComplaint, renderArguments } from './bubblewrap.ts';
import { findBuildLabel } from './build-label.ts';
import type { Bubblewrap } from './builder.ts';
import { checkWords } from './check-words.ts';
import { processTypeMissing } from './faults.ts';
import { type Forwarding, forwardSignals } from './forward-signals.ts';
import { openImageRoot } from './image-root.ts';
import { checkPort, isListening } from './port.ts';
import { checkProgram } from './program-of-image.ts';
import { runArguments } from './run-arguments.ts';
import { imageCommandMissing, imagePlatformDiffers, programNotStarted } from './run-faults.ts';
import type { Volume } from './volume.ts';

export interface RunRequest {
  image: Image;
  /** What the image is called where something is said of it. */
  name: string;
  store: Store;
  bubblewrap: Bubblewrap;
  /** Process type to start instead of the default one. */
  processType?: string;
  /** Arguments for the process, or the command for an image without process types. */
  args: string[];
  /** Passed as PORT; watched until somebody listens. */
  port: number;
  env: Record<string, string>;
  /** What the app sees of this machine, as `checkVolumes` gives it. */
  volumes?: Volume[];
  onListening: (address: string) => void;
}

const OWN_ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const WATCH_MS = 25;

/**
 * Starts an image without a container engine: its file system read-only but for what its user may write, its processes
 * apart, the network that of the host. PID 1 is the image's own process. Gives its exit code.
 * Throws `ENGINE_PORT_IN_USE`, `ENGINE_PROCESS_MISSING`, `ENGINE_PROGRAM_*`, `ENGINE_IMAGE_*`, `ENGINE_NAMESPACES_REFUSED`.
 */
export async function runImage(request: RunRequest): Promise<number> {
  checkPlatform(request.image);
  const command = commandOf(request);
  checkWords(command);
  const place = { ...request, root: await openImageRoot(request.store, request.image) };
  await checkProgram(command[0], place);
  await checkPort(request.port);
  return request.store.withTempFolder(async (folder) => {
    const args = await runArguments(place, folder);
    const [statusFile, argsFile] = [join(folder, 'status.json'), join(folder, 'arguments')];
    await writeFile(argsFile, renderArguments(args), { mode: 0o600 });
    const files = await Promise.all([open(statusFile, 'w'), open(argsFile)]);
    const descriptors = files.map(({ fd }) => fd);
    const code = await start(request, command, statusFile, descriptors).finally(() =>
      Promise.all(files.map((file) => file.close())),
    );
    if (code !== 1 || (await hasEnded(statusFile))) return code;
    await checkNamespaces(request.bubblewrap, args);
    throw programNotStarted(command[0], request.name);
  });
}

function commandOf({ image, processType, args }: RunRequest): [string, ...string[]] {
  const { Entrypoint: entrypoint, Cmd: cmd } = image.config.config ?? {};
  if (processType === undefined) {
    const [program, ...rest] = [...(entrypoint ?? []), ...(args.length > 0 ? args : (cmd ?? []))];
    if (program === undefined) throw imageCommandMissing();
    return [program, ...rest];
  }
  const types = findBuildLabel(image)?.processes.map(({ type }) => type) ?? [];
  if (!types.includes(processType)) throw processTypeMissing(processType, types);
  return [`/cnb/process/${processType}`, ...args];
}

/** Fault ENGINE_IMAGE_PLATFORM. */
function checkPlatform({ config: { os, architecture, variant } }: Image): void {
  if (os === 'linux' && architecture === OWN_ARCHITECTURE) return;
  throw imagePlatformDiffers([os, architecture, variant].filter(Boolean).join('/'), `linux/${OWN_ARCHITECTURE}`);
}

async function start(
  { bubblewrap, port, onListening }: RunRequest,
  command: string[],
  statusFile: string,
  descriptors: number[],
): Promise<number> {
  const ends = new AbortController();
  const bwrap = bubblewrapCommand(bubblewrap, ['--json-status-fd', '3', '--args', '4', '--', ...command]);
  let forwarding: Forwarding | undefined;
  const forwarded = waitForPid(statusFile, ends.signal).then((pid) => {
    forwarding = pid === undefined ? undefined : forwardSignals(pid);
  });
  const listening = waitForListener(port, ends.signal).then((isThere) => {
    if (isThere) onListening(`http://localhost:${port}`);
  });
  const { code } = await exec(bwrap.command, bwrap.args, {
    env: {},
    stdio: 'inherit',
    detached: true,
    descriptors,
  }).finally(() => ends.abort());
  await Promise.all([forwarded, listening]);
  forwarding?.stop();
  return forwarding?.endedBy() ?? code;
}

/** Bubblewrap tells the process it made, as the host numbers it, in a line of JSON. */
async function waitForPid(file: string, ended: AbortSignal): Promise<number | undefined> {
  while (!ended.aborted) {
    const pid = /"child-pid":\s*(\d+)/.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
    if (pid !== undefined) return Number(pid);
    await wait(WATCH_MS);
  }
  return undefined;
}

/** It tells the exit code, too, but only of a program that the kernel has started. */
async function hasEnded(statusFile: string): Promise<boolean> {
  return (await readFile(statusFile, 'utf8')).includes('"exit-code"');
}

async function waitForListener(port: number, ended: AbortSignal): Promise<boolean> {
  while (!ended.aborted) {
    if (await isListening(port)) return !ended.aborted;
    await wait(WATCH_MS);
  }
  return false;
}

/** Bubblewrap writes to our own standard error while an image runs; asked again, its complaint can be read. */
async function checkNamespaces(bubblewrap: Bubblewrap, sandbox: string[]): Promise<void> {
  const { command, args } = bubblewrapCommand(bubblewrap, ['--args', '0', '--', '/nothing-stands-here']);
  const { code, stderr } = await exec(command, args, { env: {}, input: renderArguments(sandbox) });
  const complaint = findBubblewrapComplaint(code, stderr);
  if (complaint !== undefined) throw await explainComplaint(complaint);
}
