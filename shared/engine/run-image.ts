import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exec } from '@dema/exec';
import type { Image } from '@dema/oci';
import type { Store } from '@dema/store';
import { bubblewrapCommand, explainComplaint, findBubblewrapComplaint, renderArguments } from './bubblewrap.ts';
import { type Bubblewrap, PRODUCTION } from './builder.ts';
import { parseEnv } from './environment.ts';
import { processTypeMissing } from './faults.ts';
import { type Forwarding, forwardSignals } from './forward-signals.ts';
import { readImageUser } from './image-user.ts';
import { BUILD_LABEL, type BuildLabel, EXEC_ENV_LABEL } from './lifecycle-metadata.ts';
import { makeVolumePoints } from './mount-points.ts';
import { checkPort, isListening } from './port.ts';
import { mountArguments } from './sandbox.ts';
import { isFolder, type Volume, volumeMounts } from './volume.ts';
import { readWritableFolders } from './writable-folders.ts';

export interface RunRequest {
  image: Image;
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

const NAME_SERVICE_FILES = ['etc/resolv.conf', 'etc/hosts'];
const WATCH_MS = 25;

/**
 * Starts an image without a container engine: its file system read-only but for what its user may write, its processes
 * apart, the network that of the host. PID 1 is the image's own process. Gives its exit code.
 * Throws `ENGINE_PORT_IN_USE`, `ENGINE_PROCESS_MISSING`, `ENGINE_NAMESPACES_REFUSED`.
 */
export async function runImage(request: RunRequest): Promise<number> {
  const command = commandOf(request);
  await checkPort(request.port);
  return request.store.withTempFolder(async (folder) => {
    const args = await sandboxArguments(request, join(folder, 'points'));
    const [infoFile, argsFile] = [join(folder, 'info.json'), join(folder, 'arguments')];
    await writeFile(argsFile, renderArguments(args), { mode: 0o600 });
    const files = await Promise.all([open(infoFile, 'w'), open(argsFile)]);
    const descriptors = files.map(({ fd }) => fd);
    const { code, wasStarted } = await start(request, command, infoFile, descriptors).finally(() =>
      Promise.all(files.map((file) => file.close())),
    );
    if (!wasStarted) await checkNamespaces(request.bubblewrap, args);
    return code;
  });
}

function commandOf({ image, processType, args }: RunRequest): string[] {
  const { Entrypoint: entrypoint, Cmd: cmd, Labels: labels } = image.config.config ?? {};
  if (processType === undefined) return [...(entrypoint ?? []), ...(args.length > 0 ? args : (cmd ?? []))];
  const label = labels?.[BUILD_LABEL];
  const types = label ? (JSON.parse(label) as BuildLabel).processes.map(({ type }) => type) : [];
  if (!types.includes(processType)) throw processTypeMissing(processType, types);
  return [`/cnb/process/${processType}`, ...args];
}

async function sandboxArguments(request: RunRequest, points: string): Promise<string[]> {
  const { image, store, port, env, volumes = [] } = request;
  const { Env: imageEnv, User: imageUser, WorkingDir: workingDir, Labels: labels } = image.config.config ?? {};
  const layers = await Promise.all(image.layers.map((layer) => layer.tree()));
  const user = await readImageUser(layers, imageUser);
  const writable = await readWritableFolders(store, image.layers, user);
  await mkdir(points);
  await makeVolumePoints(points, volumes, layers);
  const trees = [points, await makeRunMountPoints(store), ...layers];
  const { [EXEC_ENV_LABEL]: execEnv = PRODUCTION } = labels ?? {};
  // Without it the launcher starts processes for production alone.
  const launched: Record<string, string> = execEnv === PRODUCTION ? {} : { CNB_EXEC_ENV: execEnv };
  const own = { HOME: user.home, ...parseEnv(imageEnv ?? []), ...launched };
  const variables = { ...own, PORT: String(port), ...env };
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent', '--as-pid-1'],
    ...['--uid', String(user.uid), '--gid', String(user.gid), '--hostname', 'dema'],
    ...trees.flatMap((tree) => ['--overlay-src', tree]),
    ...['--ro-overlay', '/', '--dev', '/dev', '--proc', '/proc'],
    ...NAME_SERVICE_FILES.flatMap((file) => ['--ro-bind-try', `/${file}`, `/${file}`]),
    ...(await writableMounts(writable, trees)),
    ...volumeMounts(volumes).flatMap(mountArguments),
    ...['--chdir', workingDir || '/', '--clearenv'],
    ...Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

/** A folder that several layers have is put together from them; what is written there goes with the process. */
async function writableMounts(folders: string[], trees: string[]): Promise<string[]> {
  const args: string[] = [];
  for (const folder of folders) {
    const paths = trees.map((tree) => join(tree, folder));
    const present = await Promise.all(paths.map(isFolder));
    const sources = paths.filter((_, index) => present[index]);
    args.push(...sources.flatMap((source) => ['--overlay-src', source]), '--tmp-overlay', folder);
  }
  return args;
}

async function start(
  { bubblewrap, port, onListening }: RunRequest,
  command: string[],
  infoFile: string,
  descriptors: number[],
): Promise<{ code: number; wasStarted: boolean }> {
  const ends = new AbortController();
  const bwrap = bubblewrapCommand(bubblewrap, ['--info-fd', '3', '--args', '4', '--', ...command]);
  let forwarding: Forwarding | undefined;
  const forwarded = waitForPid(infoFile, ends.signal).then((pid) => {
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
  return { code: forwarding?.endedBy() ?? code, wasStarted: code !== 1 || forwarding !== undefined };
}

/** Bubblewrap tells the process it started, as the host numbers it, in a line of JSON. */
async function waitForPid(file: string, ended: AbortSignal): Promise<number | undefined> {
  while (!ended.aborted) {
    const pid = /"child-pid":\s*(\d+)/.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
    if (pid !== undefined) return Number(pid);
    await wait(WATCH_MS);
  }
  return undefined;
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

async function makeRunMountPoints(store: Store): Promise<string> {
  return store.putTree('run-mount-points', async (dir) => {
    for (const folder of ['dev', 'proc', 'sys', 'tmp']) await mkdir(join(dir, folder));
    for (const file of NAME_SERVICE_FILES) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), '');
    }
  });
}
