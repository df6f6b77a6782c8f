import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '@dema/errors';
import type { Bubblewrap } from './builder.ts';
import { namespacesRefused, sandboxFailed } from './faults.ts';

const LOADERS: Record<string, { loader: string; libraries: string }> = {
  x64: { loader: 'lib64/ld-linux-x86-64.so.2', libraries: 'usr/lib/x86_64-linux-gnu' },
  arm64: { loader: 'lib/ld-linux-aarch64.so.1', libraries: 'usr/lib/aarch64-linux-gnu' },
};

/** A command that the kernel can start: bubblewrap through the loader of its own tree, so that nothing of it need be installed. */
export function bubblewrapCommand({ tree }: Bubblewrap, args: string[]): { command: string; args: string[] } {
  const paths = LOADERS[process.arch];
  if (paths === undefined) throw new Error(`no loader is known for ${process.arch}`);
  const command = join(tree, paths.loader);
  return { command, args: ['--library-path', join(tree, paths.libraries), join(tree, 'usr/bin/bwrap'), ...args] };
}

/** Bubblewrap's own complaint, when its first words show that it gave up before it started the command. */
export function findBubblewrapComplaint(code: number, stderr: string): string | undefined {
  const complaint = /^bwrap: (.+)$/m.exec(stderr)?.[1];
  return code === 1 && complaint !== undefined && !complaint.startsWith('execvp') ? complaint : undefined;
}

/** Options as bubblewrap reads them from a descriptor: secrets among them then show in no list of processes. */
export function renderArguments(args: string[]): string {
  return args.map((arg) => `${arg}\0`).join('');
}

/** Complaints that are about namespaces at all, and not about a mount, say. */
const NAMESPACES = /namespace|uid map|gid map|setgroups|unshare|Operation not permitted/i;

export async function explainComplaint(complaint: string): Promise<Fault> {
  return NAMESPACES.test(complaint) ? explainRefusal(complaint) : sandboxFailed(complaint);
}

/** The fault for a refusal of namespaces, with the setting of this machine that most likely caused it. */
export async function explainRefusal(complaint: string): Promise<Fault> {
  return namespacesRefused(complaint, await findRefusalCause());
}

/** Settings of the kernel and its surroundings that refuse unprivileged user namespaces. */
async function findRefusalCause(): Promise<{ cause: string; fix: string } | undefined> {
  if ((await readSetting('/proc/sys/kernel/unprivileged_userns_clone')) === '0') {
    return {
      cause: 'the kernel setting kernel.unprivileged_userns_clone is 0',
      fix: 'Run `sysctl kernel.unprivileged_userns_clone=1` as root.',
    };
  }
  if ((await readSetting('/proc/sys/user/max_user_namespaces')) === '0') {
    return {
      cause: 'the kernel setting user.max_user_namespaces is 0',
      fix: 'Run `sysctl user.max_user_namespaces=10000` as root.',
    };
  }
  if ((await readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return {
      cause: 'AppArmor restricts unprivileged user namespaces (Ubuntu 23.10 and later)',
      fix: 'Run `sysctl kernel.apparmor_restrict_unprivileged_userns=0` as root, or give this program an AppArmor profile that allows `userns`.',
    };
  }
  if ((await isInContainer()) || (await hasSeccompFilter())) {
    return {
      cause: 'this is a container whose runtime forbids them (the default seccomp profile of Docker does)',
      fix: 'Start the container with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`, or build outside of it, or in a container of the build image with `--sandbox none`.',
    };
  }
  return undefined;
}

async function readSetting(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** A filter of system calls, by which container runtimes take namespaces away. */
async function hasSeccompFilter(): Promise<boolean> {
  return /^Seccomp:\s*2$/m.test((await readSetting('/proc/self/status')) ?? '');
}

async function isInContainer(): Promise<boolean> {
  const marks = ['/.dockerenv', '/run/.containerenv', '/var/run/secrets/kubernetes.io'];
  const found = await Promise.all(
    marks.map((mark) =>
      access(mark)
        .then(() => true)
        .catch(() => false),
    ),
  );
  return found.includes(true);
}
