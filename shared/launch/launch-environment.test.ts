import { expect, test } from 'vitest';
import { BUSYBOX, type Case, exportsToml, lifecycle, nextPlace, SHOW, start } from './launch-case.ts';

interface EnvCase extends Case {
  name: string;
  /** Variables that the app must see; undefined: must not. `@` is the case's folder. */
  sees: Record<string, string | undefined>;
}

const ENV_CASES: EnvCase[] = [
  {
    name: 'what the container sets passes, also names and values that no shell could hold',
    env: {
      'spring.profiles.active': 'a b',
      'X-Y': `'"$HOME\`\\n`,
      LINES: 'a\nb\n',
      UNI: 'δέμα 📦',
      EMPTY: '',
      plan: 'exit 1',
    },
    sees: {
      'spring.profiles.active': 'a b',
      'X-Y': `'"$HOME\`\\n`,
      LINES: 'a\nb\n',
      UNI: 'δέμα 📦',
      EMPTY: '',
      plan: 'exit 1',
    },
  },
  {
    name: "the launcher's own variables are removed, others that begin with CNB_ are not",
    env: { CNB_DEPRECATION_MODE: 'quiet', CNB_PROCESS_TYPE: '', CNB_EXEC_ENV: 'production' },
    sees: {
      CNB_LAYERS_DIR: undefined,
      CNB_APP_DIR: undefined,
      CNB_PLATFORM_API: undefined,
      CNB_DEPRECATION_MODE: undefined,
      CNB_PROCESS_TYPE: undefined,
      CNB_EXEC_ENV: 'production',
    },
  },
  {
    name: "the launcher's own folders are removed from PATH wherever they stand",
    env: { PATH: `/x:/cnb/process:/y:/cnb/lifecycle:@/bin:/cnb/processes` },
    sees: { PATH: '/x:/y:@/bin:/cnb/processes' },
  },
  {
    name: 'bin and lib of each layer go before PATH and LD_LIBRARY_PATH, later layers first',
    files: { 'layers/a/one/bin/x': '', 'layers/a/two/bin/x': '', 'layers/a/two/lib/x': '', 'layers/b/three/bin/x': '' },
    sees: {
      PATH: '@/layers/other_last/three/bin:@/layers/dema_nodejs/two/bin:@/layers/dema_nodejs/one/bin:@/bin',
      LD_LIBRARY_PATH: '@/layers/dema_nodejs/two/lib',
    },
  },
  {
    name: 'a file without a suffix overrides, verbatim',
    files: { 'layers/a/one/env/A': "new 'value'\n" },
    env: { A: 'old' },
    sees: { A: "new 'value'\n" },
  },
  {
    name: 'override, default, append and prepend',
    files: {
      'layers/a/one/env/A.override': 'new',
      'layers/a/one/env/B.default': 'new',
      'layers/a/one/env/C.default': 'new',
      'layers/a/one/env/D.append': 'new',
      'layers/a/one/env/E.prepend': 'new',
    },
    env: { A: 'old', B: 'old', C: '', D: 'old', E: 'old' },
    sees: { A: 'new', B: 'old', C: 'new', D: 'oldnew', E: 'newold' },
  },
  {
    name: 'the delimiter stands between values only',
    files: {
      'layers/a/one/env/A.append': 'new',
      'layers/a/one/env/A.delim': ' ',
      'layers/a/one/env/B.prepend': 'new',
      'layers/a/one/env/B.delim': ':',
      'layers/a/one/env/C.append': 'new',
      'layers/a/one/env/C.delim': ':',
    },
    env: { A: 'old', B: 'old' },
    sees: { A: 'old new', B: 'new:old', C: 'new' },
  },
  {
    name: 'the delimiter of another folder does not count',
    files: { 'layers/a/one/env/A.append': 'new', 'layers/a/one/env.launch/A.delim': ':' },
    env: { A: 'old' },
    sees: { A: 'oldnew' },
  },
  {
    name: 'a file with an unknown suffix is left alone, and so are folders',
    files: { 'layers/a/one/env/A.unknown': 'new', 'layers/a/one/env/B/c': 'new' },
    sees: { A: undefined, B: undefined },
  },
  {
    name: 'env, then env.launch, then that of the process; not env.build, not that of another process',
    files: {
      'layers/a/one/env/A.append': '1',
      'layers/a/one/env.launch/A.append': '2',
      'layers/a/one/env.launch/web/A.append': '3',
      'layers/a/one/env.launch/worker/A.append': '4',
      'layers/a/one/env.build/A.append': '5',
    },
    sees: { A: '123' },
  },
  {
    name: 'all root folders of a buildpack come before its files',
    files: { 'layers/a/one/env/PATH.override': '@', 'layers/a/two/bin/show': SHOW },
    processes: [{ command: ['/bin/true'] }],
    sees: {},
  },
  {
    name: 'layers in the order of their names, buildpacks in that of the group',
    files: {
      'layers/b/a/env/A.append': '3',
      'layers/a/z/env/A.append': '2',
      'layers/a/Z/env/A.append': '1',
    },
    sees: { A: '123' },
  },
  {
    name: 'a folder that belongs to no buildpack of the image does not count',
    files: { 'layers/unknown/one/env/A': 'new' },
    sees: { A: undefined },
  },
  {
    name: 'exec.d sets variables; each program sees what those before it have set',
    files: {
      'layers/a/one/exec.d/1': exportsToml('A = "one"\nB = """two\nlines"""'),
      'layers/a/one/exec.d/2': `${BUSYBOX}echo "C = \\"$A \${PWD##*/}\\"" >&3\n`,
    },
    sees: { A: 'one', B: 'two\nlines', C: 'one workspace' },
  },
  {
    name: 'exec.d of the process comes after that of all, and after all env folders',
    files: {
      'layers/a/one/exec.d/x': exportsToml('A = "all"'),
      'layers/a/one/exec.d/web/x': `${BUSYBOX}echo "A = '$A of web, $B'" >&3\n`,
      'layers/a/one/exec.d/worker/x': exportsToml('A = "wrong"'),
      'layers/b/two/env/B': 'b',
    },
    sees: { A: 'all of web, b' },
  },
  {
    name: 'exec.d sees variables that no shell could hold, and has nothing to read',
    files: {
      'layers/a/one/exec.d/x': `${BUSYBOX}v=$(${lifecycle}/busybox tr '\\0' '\\n' </proc/$$/environ | ${lifecycle}/busybox grep a.b)\necho "A = '$v$(${lifecycle}/busybox cat)'" >&3\n`,
    },
    env: { 'a.b': '1' },
    sees: { A: 'a.b=1' },
  },
  {
    name: 'exec.d may write nothing',
    files: { 'layers/a/one/exec.d/x': BUSYBOX },
    env: { A: 'old' },
    sees: { A: 'old' },
  },
];

test.each(ENV_CASES)('environment: $name', async ({ sees, ...given }) => {
  const env = Object.fromEntries(
    Object.entries(given.env ?? {}).map(([name, value]) => [name, value.replaceAll('@', nextPlace())]),
  );
  const { code, stderr, env: seen, place } = await start({ ...given, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const [name, value] of Object.entries(sees)) {
    expect({ [name]: seen[name] }).toEqual({ [name]: value?.replaceAll('@', place) });
  }
});
