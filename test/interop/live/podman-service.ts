import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecOptions, type ExecResult, exec } from '@dema/exec';
import { removeFolder } from '@dema/store';
import { ownEnv } from '../go.ts';
import { startServer } from './server-process.ts';

/** A container engine with images, containers and volumes of its own, which `pack` takes for Docker. */
export interface PodmanService {
  /** `unix://<path>`, as DOCKER_HOST has it. */
  dockerHost: string;
  /** Folder of its own; `podman` of other processes is told of it by `openPodman`. */
  folder: string;
  stop(): Promise<void>;
}

/** Runs `podman` with what the service has. */
export type Podman = (args: string[], options?: Omit<ExecOptions, 'env'>) => Promise<ExecResult>;

/** Limits that a container inside of a container may have, the network of this machine, and no systemd. */
const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
log_driver = "k8s-file"

[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
`;

/** @param registries `host:port` of registries that speak plain HTTP */
export async function startPodmanService(registries: string[]): Promise<PodmanService> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-podman-'));
  await mkdir(join(folder, 'tmp'));
  await writeFile(join(folder, 'containers.conf'), CONTAINERS_CONF);
  const insecure = registries.map((host) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  await writeFile(join(folder, 'registries.conf'), insecure.join('\n'));
  await writeFile(join(folder, 'policy.json'), JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  const socket = join(folder, 'podman.sock');
  const command = ['podman', ...placeOf(folder), 'system', 'service', '--time', '0', `unix://${socket}`];
  const server = await startServer(command, envOf(folder), () => answers(socket));
  return { dockerHost: `unix://${socket}`, folder, stop: server.stop };
}

/** Ends all containers of a service that has ended, and removes its folder with all that is mounted there. */
export async function removePodmanStorage(folder: string): Promise<void> {
  const podman = openPodman({ folder });
  await podman(['rm', '--all', '--force', '--time', '0']);
  await podman(['unmount', '--all', '--force']);
  await exec('umount', [join(folder, 'root/overlay')], { env: ownEnv() });
  await removeFolder(folder);
}

export function openPodman({ folder }: Pick<PodmanService, 'folder'>): Podman {
  return (args, options = {}) => exec('podman', [...placeOf(folder), ...args], { ...options, env: envOf(folder) });
}

function placeOf(folder: string): string[] {
  return ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
}

function envOf(folder: string): Record<string, string> {
  return {
    ...ownEnv(),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
    CONTAINERS_REGISTRIES_CONF: join(folder, 'registries.conf'),
    TMPDIR: join(folder, 'tmp'),
  };
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    request({ socketPath, path: '/_ping' }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    })
      .on('error', () => done(false))
      .end();
  });
}
