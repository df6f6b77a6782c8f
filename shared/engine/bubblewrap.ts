import { join } from 'node:path';
import type { Fault } from '@dema/errors';
import type { Bubblewrap } from './builder.ts';
import { checkWords } from './check-words.ts';
import { namespacesRefused, sandboxFailed } from './faults.ts';
import { findRefusalCause } from './refusal-cause.ts';

const LOADERS: Record<string, { loader: string; libraries: string }> = {
  x64: { loader: 'ld-linux-x86-64.so.2', libraries: 'usr/lib/x86_64-linux-gnu' },
  arm64: { loader: 'ld-linux-aarch64.so.1', libraries: 'usr/lib/aarch64-linux-gnu' },
};

/** A command that the kernel can start: bubblewrap through the loader of its own tree, so that nothing of it need be installed. */
export function bubblewrapCommand({ tree }: Bubblewrap, args: string[]): { command: string; args: string[] } {
  const paths = LOADERS[process.arch];
  if (paths === undefined) throw new Error(`no loader is known for ${process.arch}`);
  const libraries = join(tree, paths.libraries);
  return {
    command: join(libraries, paths.loader),
    args: ['--library-path', libraries, join(tree, 'usr/bin/bwrap'), ...args],
  };
}

/** Bubblewrap's own complaint, when its first words show that it gave up before it started the command. */
export function findBubblewrapComplaint(code: number, stderr: string): string | undefined {
  const complaint = /^bwrap: (.+)$/m.exec(stderr)?.[1];
  // The sandbox stood when `execvp` failed: that is about the command.
  return code === 1 && complaint !== undefined && !complaint.startsWith('execvp') ? complaint : undefined;
}

/** Options as bubblewrap reads them from a descriptor: secrets among them then show in no list of processes. Fault ENGINE_WORD_INVALID. */
export function renderArguments(args: string[]): string {
  checkWords(args);
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
