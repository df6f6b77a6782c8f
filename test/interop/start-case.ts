import { spawn } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { writeCaseFiles } from './write-case-files.ts';

/** `@` is the folder in which the case is laid out. */
export interface LaunchCase {
  processes?: Record<string, unknown>[];
  api?: string;
  files?: Record<string, string>;
  entry?: string;
  args?: string[];
  env?: Record<string, string | null>;
}

/** How a start ended: what the program `show` saw, or nothing where it was not started. */
export interface Started {
  code: number;
  program?: string;
  folder?: string;
  args?: string[];
  env?: Record<string, string>;
}

const PROCESS = { type: 'web', command: ['show'], direct: true, 'buildpack-id': 'dema/nodejs' };
const VARIABLES = {
  CNB_LAYERS_DIR: '@/layers',
  CNB_APP_DIR: '@/workspace',
  CNB_PLATFORM_API: '0.15',
  PATH: '/cnb/process:/cnb/lifecycle:@/bin:/usr/bin:/bin',
};
/** A program that prints its path, its folder, its arguments and the environment that it was given, behind what others printed. */
const SHOW = `#!/bin/sh
printf '\\0'
printf '%s\\0' "$0" "$(pwd -P)" "$#" "$@"
/bin/cat /proc/$$/environ
exit 0
`;

/** Lays a case out in an empty folder and starts it with that launcher. */
export async function startCase(
  { files = {}, entry = 'web', args = [], ...given }: LaunchCase,
  launcher: string,
  root: string,
): Promise<Started> {
  const own = Object.entries(files).map(([path, content]) => [inLayers(path), content.replaceAll('@', root)]);
  await writeCaseFiles(root, {
    'layers/config/metadata.toml': renderMetadata(given).replaceAll('@', root),
    'bin/show': SHOW,
    'cnb/process/': '',
    'workspace/sub/': '',
    ...Object.fromEntries(own),
  });
  const link = join(root, 'cnb/process', entry);
  await symlink(launcher, link);
  const variables = Object.entries({ ...VARIABLES, ...given.env }).filter(([, value]) => value !== null);
  const env = Object.fromEntries(variables.map(([name, value]) => [name, value?.replaceAll('@', root)]));
  return run(link, args, env, root);
}

function inLayers(path: string): string {
  return path.replace(/^layers\/a\//, 'layers/dema_nodejs/').replace(/^layers\/b\//, 'layers/other_last/');
}

function renderMetadata({ processes = [{}], api = '0.10' }: LaunchCase): string {
  const tables = [
    { buildpacks: { id: 'dema/nodejs', version: '1.0.0', api } },
    { buildpacks: { id: 'other/last', version: '2.0.0', api: '0.10' } },
    ...processes.map((process) => ({ processes: { ...PROCESS, ...process } })),
  ].flatMap(Object.entries);
  const lines = (values: object) => Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  return tables.map(([name, values]) => `[[${name}]]\n${lines(values).join('')}`).join('');
}

async function run(program: string, args: string[], env: NodeJS.ProcessEnv, root: string): Promise<Started> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number>((done) => {
    child.on('close', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  const [out, code] = await Promise.all([buffer(child.stdout), ended]);
  const text = out.toString('utf8').replaceAll(root, '@');
  const shownAt = text.indexOf('\0');
  if (code !== 0 || shownAt < 0) return { code };
  const [path = '', folder = '', count, ...words] = text.slice(shownAt + 1).split('\0');
  const lines = words.slice(Number(count), -1).map((line) => /^([^=]*)=(.*)$/s.exec(line)?.slice(1) ?? []);
  const seen = words.slice(0, Number(count));
  return { code, program: path, folder, ...(seen.length ? { args: seen } : {}), env: Object.fromEntries(lines) };
}
