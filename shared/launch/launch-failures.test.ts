import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUSYBOX, type Case, exportsToml, lifecycle, run, start } from './launch-case.ts';
import { renderStub } from './stub.ts';

interface FailureCase extends Case {
  code: string;
  exit?: number;
  says: RegExp;
}

const FAILURES: FailureCase[] = [
  { code: 'LAUNCH_COMMAND_MISSING', entry: 'launcher', says: /No command was given.*entry points: web\./s },
  { code: 'LAUNCH_COMMAND_MISSING', entry: 'other', processes: [], says: /Name a command/ },
  {
    code: 'LAUNCH_PROCESS_INELIGIBLE',
    processes: [{ 'exec-env': ['test'] }],
    says: /`web` is not for .* `production`/,
  },
  {
    code: 'LAUNCH_PROGRAM_MISSING',
    processes: [{ command: ['nowhere'] }],
    says: /no program `nowhere` on PATH \(.*\/bin\)/,
  },
  { code: 'LAUNCH_PROGRAM_MISSING', processes: [{ command: ['./.keep'] }], says: /no program `\.\/\.keep` that/ },
  {
    code: 'LAUNCH_FOLDER_MISSING',
    processes: [{ 'working-dir': 'nowhere' }],
    says: /workspace\/nowhere.*No such file/,
  },
  { code: 'LAUNCH_EXEC_D_FAILED', files: { 'layers/a/one/exec.d/x': `${BUSYBOX}exit 7` }, says: /exec\.d\/x.*code 7/ },
  { code: 'LAUNCH_EXEC_D_FAILED', files: { 'layers/a/one/exec.d/x': `${BUSYBOX}kill -9 $$` }, says: /signal 9/ },
  { code: 'LAUNCH_EXEC_D_FAILED', files: { 'layers/a/one/exec.d/x': 'no program' }, says: /code 126/ },
  {
    code: 'LAUNCH_EXEC_D_OUTPUT_INVALID',
    files: { 'layers/a/one/exec.d/x': exportsToml('A = 1') },
    says: /`A` is not a string/,
  },
  {
    code: 'LAUNCH_EXEC_D_OUTPUT_INVALID',
    files: { 'layers/a/one/exec.d/x': exportsToml('A = ') },
    says: /not TOML of strings/,
  },
  { code: 'LAUNCH_METADATA_MISSING', env: { CNB_LAYERS_DIR: '/nowhere' }, says: /\/nowhere\/config\/metadata\.toml/ },
  { code: 'SPEC_TOML_INVALID', exit: 82, files: { 'layers/config/metadata.toml': 'x' }, says: /metadata\.toml/ },
  { code: 'LAUNCH_PLATFORM_API_UNSUPPORTED', exit: 11, env: { CNB_PLATFORM_API: '' }, says: /is not set/ },
  { code: 'LAUNCH_PLATFORM_API_UNSUPPORTED', exit: 11, env: { CNB_PLATFORM_API: '1.0' }, says: /knows 0\.7 to 0\.15/ },
  { code: 'LAUNCH_BUILDPACK_API_UNSUPPORTED', exit: 12, api: '0.2', says: /dema\/nodejs .* 0\.2/ },
];

test.each(FAILURES)('$code: $says', async ({ code, exit = 82, says, ...given }) => {
  const { code: exitCode, stderr, stdout } = await start(given);
  expect({ exitCode, stdout }).toEqual({ exitCode: exit, stdout: '' });
  expect(stderr).toMatch(says);
  expect(stderr).toContain(`(${code})`);
  expect(stderr).not.toMatch(/\bat .*launcher\.js/);
});

test('a launcher that cannot run says so', async () => {
  const { place } = await start({});
  const broken = join(place, 'broken');
  await writeFile(broken, renderStub(place, 'nowhere').replace(/^#!.*/, `#!${lifecycle}/busybox sh`), { mode: 0o755 });
  const { code, stderr } = await run(broken, [], { plan: 'echo injected' });
  expect(code).toBe(82);
  expect(stderr).toContain('the launcher could not read /proc/self/environ or could not be run');
});
