import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What on this machine refuses user namespaces, and what to do about it. */
export interface RefusalCause {
  cause: string;
  fix: string;
}

interface Setting extends RefusalCause {
  file: string;
  refuses: string;
}

const SETTINGS: Setting[] = [
  {
    file: 'proc/sys/kernel/unprivileged_userns_clone',
    refuses: '0',
    cause: 'the kernel setting kernel.unprivileged_userns_clone is 0',
    fix: 'Run `sysctl kernel.unprivileged_userns_clone=1` as root.',
  },
  {
    file: 'proc/sys/user/max_user_namespaces',
    refuses: '0',
    cause: 'the kernel setting user.max_user_namespaces is 0',
    fix: 'Run `sysctl user.max_user_namespaces=10000` as root.',
  },
  {
    file: 'proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    refuses: '1',
    cause: 'AppArmor restricts unprivileged user namespaces (Ubuntu 23.10 and later)',
    fix: 'Run `sysctl kernel.apparmor_restrict_unprivileged_userns=0` as root, or give this program an AppArmor profile that allows `userns`.',
  },
];

const CONTAINER: RefusalCause = {
  cause: 'this is a container whose runtime forbids them (the default seccomp profile of Docker does)',
  fix: 'Start the container with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`, or build outside of it, or in a container of the build image with `--sandbox none`.',
};

const MARKS_OF_CONTAINERS = ['.dockerenv', 'run/.containerenv', 'var/run/secrets/kubernetes.io'];

/** The setting that most likely refuses unprivileged user namespaces; undefined when none is known. `root` is that of the file system. */
export async function findRefusalCause(root = '/'): Promise<RefusalCause | undefined> {
  for (const { file, refuses, cause, fix } of SETTINGS) {
    if ((await readText(join(root, file)))?.trim() === refuses) return { cause, fix };
  }
  // A filter of system calls, by which container runtimes take namespaces away.
  if (/^Seccomp:\s*2$/m.test((await readText(join(root, 'proc/self/status'))) ?? '')) return CONTAINER;
  const marks = await Promise.all(MARKS_OF_CONTAINERS.map((mark) => isThere(join(root, mark))));
  return marks.includes(true) ? CONTAINER : undefined;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
