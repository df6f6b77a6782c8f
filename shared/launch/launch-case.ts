import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type DebianArchitecture, findDebianMirror, openDebianArchive } from '@dema/debian';
import { createFetcher } from '@dema/fetch';
import { openStore } from '@dema/store';
import { afterAll, beforeAll } from 'vitest';
import { loaderName } from './launcher-files.ts';
import { makeLauncherLayer } from './make-launcher-layer.ts';
import { renderStub } from './stub.ts';

const architecture: DebianArchitecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
/** Holds one folder for each case, and the launcher that all of them start. */
const root = await mkdtemp(join(tmpdir(), 'dema-launcher-'));
export const lifecycle = join(root, 'cnb/lifecycle');

/** What every case of the table stands on; a case adds files and changes values. */
const PROCESS = { type: 'web', command: ['show'], args: [] as string[], direct: true, 'buildpack-id': 'dema/nodejs' };

export interface Case {
  /** The process, or several. */
  processes?: Record<string, unknown>[];
  /** Buildpack API of `dema/nodejs`. */
  api?: string;
  /** By path in the root; what stands in `layers/a` and `layers/b` belongs to dema/nodejs and other/last. `#!` makes it executable. */
  files?: Record<string, string>;
  entry?: string;
  args?: string[];
  env?: Record<string, string>;
}

export interface Started {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What the program `show` saw. */
  folder: string;
  args: string[];
  env: Record<string, string>;
}

beforeAll(async () => {
  const store = await openStore(
    join(process.env.DEMA_CACHE ?? join(import.meta.dirname, '../../node_modules/.cache/dema'), 'downloads'),
  );
  const archive = openDebianArchive({
    store,
    mirror: () => findDebianMirror(process.env),
    fetcher: ({ proxy }) => createFetcher({ store, env: process.env, proxy }),
  });
  const layer = await makeLauncherLayer({ store, archive, architecture });
  await cp(join(await layer.tree(), 'cnb/lifecycle'), lifecycle, { recursive: true });
  await writeFile(join(lifecycle, 'launcher'), renderStub(lifecycle, loaderName(architecture)));
});

afterAll(() => rm(root, { recursive: true }));

/** A program that prints its folder, arguments and environment for `Started`. */
export const SHOW = `#!${lifecycle}/busybox sh
${lifecycle}/busybox printf '%s\\0' "$PWD" "$#" "$@"
${lifecycle}/busybox cat /proc/$$/environ
`;

let count = 0;

/** The folder of the case that is started next. */
export function nextPlace(): string {
  return join(root, `${count + 1}`);
}

/** Lays out an image in a folder of its own and starts its launcher by the name of a process. */
export async function start({
  processes = [{}],
  api = '0.10',
  files = {},
  entry = 'web',
  args = [],
  env = {},
}: Case): Promise<Started & { place: string }> {
  const place = nextPlace();
  count += 1;
  const metadata = [
    { buildpacks: { id: 'dema/nodejs', version: '1.0.0', api } },
    { buildpacks: { id: 'other/last', version: '2.0.0', api: '0.10' } },
    ...processes.map((process) => ({ processes: { ...PROCESS, ...process } })),
  ];
  const all = {
    'layers/config/metadata.toml': metadata.map(renderTable).join('\n'),
    'bin/show': SHOW,
    'cnb/process/.keep': '',
    'workspace/sub/.keep': '',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) await writeCaseFile(place, path, content);
  const link = join(place, 'cnb/process', entry);
  await symlink(join(lifecycle, 'launcher'), link);
  const own = {
    CNB_LAYERS_DIR: join(place, 'layers'),
    CNB_APP_DIR: join(place, 'workspace'),
    CNB_PLATFORM_API: '0.15',
    PATH: `/cnb/process:/cnb/lifecycle:${place}/bin`,
  };
  const started = await run(link, args, { ...own, ...env });
  return { ...started, place };
}

async function writeCaseFile(place: string, path: string, content: string): Promise<void> {
  const folders = path.replace(/^layers\/a\//, 'layers/dema_nodejs/').replace(/^layers\/b\//, 'layers/other_last/');
  const file = join(place, folders);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, Buffer.from(content, 'utf8'));
  if (content.startsWith('#!')) await chmod(file, 0o755);
}

function renderTable(table: Record<string, Record<string, unknown>>): string {
  const [[name = '', values = {}] = []] = Object.entries(table);
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `[[${name}]]\n${lines.join('\n')}\n`;
}

export async function run(program: string, args: string[], env: Record<string, string>): Promise<Started> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const [out, err, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
  const stdout = out.toString('utf8');
  const [folder = '', length, ...words] = stdout.split('\0');
  const variables = words.slice(Number(length), -1).map((line) => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  const shown = { folder, args: words.slice(0, Number(length)), env: Object.fromEntries(variables) };
  return { code, stdout, stderr: err.toString('utf8'), ...shown };
}

export const BUSYBOX = `#!${lifecycle}/busybox sh\n`;
/** A program of exec.d that writes this to descriptor 3. */
export const exportsToml = (toml: string) => `${BUSYBOX}${lifecycle}/busybox cat >&3 <<'END'\n${toml}\nEND\n`;
