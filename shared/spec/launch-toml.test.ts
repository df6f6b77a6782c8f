import { expect, test } from 'vitest';
import { parseLaunchToml, renderLaunchToml } from './launch-toml.ts';

test('reads labels, processes and slices', () => {
  const text = `
[[labels]]
key = "maintainer"
value = ""
[[processes]]
type = "web"
command = ["node", "server.js"]
args = ["--port", "8080"]
default = true
working-dir = "/workspace/api"
exec-env = ["production"]
[[processes]]
type = "worker"
command = ["node"]
[[slices]]
paths = ["static/*", "node_modules"]
`;
  expect(parseLaunchToml(text, 'launch.toml', '0.10')).toEqual({
    labels: [{ key: 'maintainer', value: '' }],
    processes: [
      {
        type: 'web',
        command: ['node', 'server.js'],
        args: ['--port', '8080'],
        default: true,
        direct: true,
        workingDir: '/workspace/api',
        execEnv: ['production'],
      },
      { type: 'worker', command: ['node'], default: false, direct: true },
    ],
    slices: [{ paths: ['static/*', 'node_modules'] }],
  });
  expect(parseLaunchToml('', 'launch.toml', '0.10')).toEqual({ labels: [], processes: [], slices: [] });
});

test('before API 0.9 the command is a text, and a shell reads it unless direct', () => {
  const text =
    '[[processes]]\ntype = "web"\ncommand = "npm start"\n[[processes]]\ntype = "x"\ncommand = "node"\ndirect = true\n';
  const { processes } = parseLaunchToml(text, 'launch.toml', '0.8');
  expect(processes.map(({ command, direct }) => ({ command, direct }))).toEqual([
    { command: ['npm start'], direct: false },
    { command: ['node'], direct: true },
  ]);
});

test('before API 0.8 the working directory is ignored', () => {
  const text = '[[processes]]\ntype = "web"\ncommand = "a"\nworking-dir = "/x"\n';
  expect(parseLaunchToml(text, 'launch.toml', '0.7').processes[0]?.workingDir).toBeUndefined();
  expect(parseLaunchToml(text, 'launch.toml', '0.8').processes[0]?.workingDir).toBe('/x');
});

const WEB = '[[processes]]\ntype = "web"\ncommand = ["a"]\n';

test.each([
  ['[[processes]]\ncommand = ["a"]', '0.10', 'launch.toml:1: `processes[0].type` is missing'],
  ['[[processes]]\ntype = "a/b"\ncommand = ["a"]', '0.10', 'launch.toml:2: `processes[0].type` is "a/b"'],
  ['[[processes]]\ntype = "a|b"\ncommand = ["a"]', '0.10', '`processes[0].type` is "a|b"'],
  ['[[processes]]\ntype = "web"', '0.10', 'launch.toml:1: `processes[0].command` is missing'],
  [
    '[[processes]]\ntype = "web"\ncommand = "a"',
    '0.9',
    'launch.toml:3: `processes[0].command` must be an array of strings',
  ],
  ['[[processes]]\ntype = "web"\ncommand = ["a"]', '0.8', 'launch.toml:3: `processes[0].command` must be a string'],
  ['[[processes]]\ntype = "web"\ncommand = []', '0.9', 'launch.toml:3: `processes[0].command` is empty'],
  [`${WEB}direct = true`, '0.9', 'launch.toml:4: `processes[0].direct` is not part of Buildpack API 0.9'],
  [`${WEB}default = true\n${WEB}default = true`, '0.10', 'launch.toml:8: `processes[1].default` is the second default'],
  [`${WEB}args = "x"`, '0.10', 'launch.toml:4: `processes[0].args` must be an array of strings'],
  ['[[labels]]\nkey = "a"', '0.10', 'launch.toml:1: `labels[0].value` is missing'],
  ['[[slices]]\npaths = [1]', '0.10', 'launch.toml:2: `slices[0].paths[0]` must be a string, but is 1'],
])('%j with API %s is refused: %s', (text, api, problem) => {
  expect(() => parseLaunchToml(text, 'launch.toml', api)).toThrow(problem);
});

const LAUNCH = {
  labels: [{ key: 'k', value: 'v' }],
  processes: [
    {
      type: 'web',
      command: ['node', 'a.js'],
      args: ['--x'],
      default: true,
      direct: true,
      workingDir: '/w',
      execEnv: ['test'],
    },
    { type: 'worker', command: ['node'], default: false, direct: true },
  ],
  slices: [{ paths: ['a'] }],
};

test('writes what it reads', () => {
  const text = renderLaunchToml(LAUNCH, '0.10');
  expect(text).toBe(`[[labels]]
  key = "k"
  value = "v"

[[processes]]
  type = "web"
  command = ["node", "a.js"]
  args = ["--x"]
  default = true
  working-dir = "/w"
  exec-env = ["test"]

[[processes]]
  type = "worker"
  command = ["node"]

[[slices]]
  paths = ["a"]
`);
  expect(parseLaunchToml(text, 'launch.toml', '0.10')).toEqual(LAUNCH);
  expect(renderLaunchToml({ labels: [], processes: [], slices: [] }, '0.10')).toBe('');
});

test('before API 0.9 further parts of the command become arguments', () => {
  const text = renderLaunchToml({ ...LAUNCH, labels: [], slices: [] }, '0.8');
  expect(text).toContain('command = "node"\n  args = ["a.js", "--x"]\n  direct = true\n');
  expect(parseLaunchToml(text, 'launch.toml', '0.8').processes[0]?.args).toEqual(['a.js', '--x']);
});
