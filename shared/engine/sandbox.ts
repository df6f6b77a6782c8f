import { realpath } from 'node:fs/promises';
import { type ExecResult, exec } from '@dema/exec';
import { bubblewrapCommand, explainComplaint, findBubblewrapComplaint, renderArguments } from './bubblewrap.ts';
import { type Bubblewrap, DEFAULT_HOME } from './builder.ts';
import { runDirectly } from './run-directly.ts';

/** Target paths are absolute paths inside the sandbox. */
export type Mount = Bind | Overlay;

export interface Bind {
  source: string;
  target: string;
  writable?: boolean;
}

/** Folders one above the other, the last of `lower` topmost; changes go to `upper`, without one there are none. */
interface Overlay {
  lower: string[];
  upper?: string;
  work?: string;
  target: string;
}

export interface SandboxRun {
  /** Without it the command runs directly, in the container that this process is in. */
  bubblewrap?: Bubblewrap;
  /** Extracted file system that becomes `/`, read-only. */
  root: string;
  /** Whether `/cnb` of the root is seen as it is; otherwise there is nothing in it but what is mounted. */
  hasOwnCnb?: boolean;
  /** What the home folder of the user is, to be written to; without it `DEFAULT_HOME` is empty. */
  home?: { source: string; target: string };
  /** A folder with the mount points that `root` may lack. */
  mountPoints: string;
  mounts: Mount[];
  /** What the user mounts, and a folder with the points for it; mounted last. */
  volumes: Mount[];
  volumePoints: string;
  user: number;
  group: number;
  network: boolean;
  workingDir: string;
  command: string[];
  env: Record<string, string>;
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/** Files of the host that programs need to find other hosts by name. */
const NAME_SERVICE_FILES = ['/etc/resolv.conf', '/etc/hosts'];

/** Where `mountPoints` must have folders and empty files for a build. */
export const BUILD_MOUNT_POINTS = {
  folders: ['workspace', 'layers', 'platform', 'cnb', 'home/cnb', 'tmp', 'dev', 'proc', 'sys', 'run'],
  files: NAME_SERVICE_FILES.map((path) => path.slice(1)),
};

/**
 * Runs a command inside a file system of its own, as an ordinary user, with its own processes, and nothing of the host
 * but what is mounted. Ends with everything that the command started.
 * Throws `ENGINE_NAMESPACES_REFUSED` when the machine does not allow it.
 */
export async function runInSandbox(run: SandboxRun): Promise<ExecResult> {
  if (run.bubblewrap === undefined) return runDirectly(run);
  const { command, args } = bubblewrapCommand(run.bubblewrap, ['--args', '0', '--', ...run.command]);
  const result = await exec(command, args, {
    env: {},
    input: renderArguments(await sandboxArguments(run)),
    onLine: run.onLine && ((line) => run.onLine?.(line)),
    signal: run.signal,
  });
  const complaint = findBubblewrapComplaint(result.code, result.stderr);
  if (complaint !== undefined) throw await explainComplaint(complaint);
  return result;
}

async function sandboxArguments(run: SandboxRun): Promise<string[]> {
  const args = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'];
  if (!run.network) args.push('--unshare-net');
  args.push('--die-with-parent', '--new-session', '--hostname', 'build');
  args.push('--uid', String(run.user), '--gid', String(run.group));
  args.push(
    '--overlay-src',
    run.volumePoints,
    '--overlay-src',
    run.root,
    '--overlay-src',
    run.mountPoints,
    '--ro-overlay',
    '/',
  );
  args.push('--dev', '/dev', '--proc', '/proc', '--tmpfs', '/run');
  args.push(...(run.home ? ['--bind', run.home.source, run.home.target] : ['--tmpfs', DEFAULT_HOME]));
  if (!run.hasOwnCnb) args.push('--tmpfs', '/cnb');
  if (run.network) args.push(...(await nameServiceMounts()));
  args.push(...[...run.mounts, ...run.volumes].flatMap(mountArguments));
  if (!run.hasOwnCnb) args.push('--remount-ro', '/cnb');
  args.push('--chdir', run.workingDir, '--clearenv');
  for (const [name, value] of Object.entries(run.env)) args.push('--setenv', name, value);
  return args;
}

export function mountArguments(mount: Mount): string[] {
  if ('source' in mount) return [mount.writable ? '--bind' : '--ro-bind', mount.source, mount.target];
  const { lower, upper, work, target } = mount;
  const sources = lower.flatMap((folder) => ['--overlay-src', folder]);
  return [...sources, ...(upper && work ? ['--overlay', upper, work, target] : ['--ro-overlay', target])];
}

async function nameServiceMounts(): Promise<string[]> {
  const found = await Promise.all(
    NAME_SERVICE_FILES.map((path) =>
      realpath(path).then(
        (source) => ['--ro-bind', source, path],
        () => [],
      ),
    ),
  );
  return found.flat();
}
