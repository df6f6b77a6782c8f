import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { findRefusalCause } from './refusal-cause.ts';

const ALLOWED = {
  'proc/sys/kernel/unprivileged_userns_clone': '1\n',
  'proc/sys/user/max_user_namespaces': '31000\n',
  'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0\n',
  'proc/self/status': 'Name:\tnode\nSeccomp:\t0\nSeccomp_filters:\t0\n',
};

async function causeOn(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'dema-root-'));
  await writeFiles(root, { ...ALLOWED, ...files });
  return findRefusalCause(root).finally(() => rm(root, { recursive: true }));
}

test.each([
  ['proc/sys/kernel/unprivileged_userns_clone', '0\n', 'kernel.unprivileged_userns_clone is 0', 'userns_clone=1'],
  ['proc/sys/user/max_user_namespaces', '0\n', 'user.max_user_namespaces is 0', 'max_user_namespaces=10000'],
  ['proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1\n', 'AppArmor restricts', 'AppArmor profile'],
  ['proc/self/status', 'Seccomp:\t2\n', 'default seccomp profile', '--sandbox none'],
  ['.dockerenv', '', 'default seccomp profile', 'seccomp=unconfined'],
  ['run/.containerenv', '', 'default seccomp profile', 'seccomp=unconfined'],
])('%s tells why, and what to do', async (file, content, cause, fix) => {
  const found = await causeOn({ [file]: content });
  expect(found?.cause).toContain(cause);
  expect(found?.fix).toContain(fix);
});

test('what allows them is no cause', async () => {
  expect(await causeOn({})).toBeUndefined();
});
