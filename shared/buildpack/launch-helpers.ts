import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandedOver } from '@dema/launch';
import type { DebianPackageFacts } from '@dema/sbom';
import type { Configuration } from '@dema/spec';
import { helperMissing, helperRuntimeMissing } from './faults.ts';
import type { Layers } from './layers.ts';

export interface HelperOptions {
  /** Runs before processes of this type only; without one, before all. */
  process?: string;
  /** What the helper gets as `input`; a value that JSON can hold. */
  input?: unknown;
}

export interface RequestedHelper extends HelperOptions {
  name: string;
}

export interface LaunchHelpersParts {
  /** Folder of the packaged buildpack; its `launch/<name>.js` are the helpers. */
  buildpackDir: string;
  /** Folder with what helpers run on, in the build. */
  runtime: string;
  env: Record<string, string>;
  /** Those of the start: helpers read them when the container starts. */
  settings: Configuration[];
  layersDir: string;
  layers: Layers;
}

/** By this variable later buildpacks find what helpers run on in the image: it is there once. */
const RUNTIME_VARIABLE = 'DEMA_HELPER_RUNTIME';

/** Puts the helpers that a build asked for into the image, with what they run on. */
export async function writeLaunchHelpers(helpers: RequestedHelper[], parts: LaunchHelpersParts): Promise<void> {
  if (helpers.length === 0) return;
  const runtime = parts.env[RUNTIME_VARIABLE] ?? (await installRuntime(parts));
  const files = (await Promise.all(helpers.map((helper) => composeHelper(helper, runtime, parts)))).flat();
  const key = Object.fromEntries(files.map(({ name, content }) => [name, digestOf(content)]));
  await parts.layers.layer('launch-helpers', { launch: true, key }, async (folder) => {
    for (const { name, content, mode } of files) await folder.write(name, content, mode);
  });
}

/** Gives the folder in the image. */
async function installRuntime({ runtime, layers }: LaunchHelpersParts): Promise<string> {
  const packages = await readPackages(runtime);
  const key = Object.fromEntries(packages.map(({ name, version, architecture }) => [name, [version, architecture]]));
  const { path } = await layers.layer(
    'quickjs',
    {
      launch: true,
      build: true,
      cache: true,
      key,
      env: (env, layer) => env.build.override(RUNTIME_VARIABLE, layer.path),
    },
    async (folder) => {
      const { describeDebianPackage } = await import('@dema/sbom');
      for (const name of await readdir(runtime)) await folder.copyFrom(join(runtime, name), name);
      folder.contains(...packages.map((one) => describeDebianPackage(one, 'debian-13')));
    },
  );
  return path;
}

async function readPackages(runtime: string): Promise<DebianPackageFacts[]> {
  const text = await readFile(join(runtime, 'packages.json'), 'utf8').catch(() => undefined);
  if (text === undefined) throw helperRuntimeMissing(runtime);
  return JSON.parse(text);
}

interface HelperFile {
  name: string;
  content: string;
  mode?: number;
}

async function composeHelper(
  { name, process, input }: RequestedHelper,
  runtime: string,
  { buildpackDir, layersDir, settings, runtime: source }: LaunchHelpersParts,
): Promise<HelperFile[]> {
  const code = await readFile(join(buildpackDir, `launch/${name}.js`), 'utf8').catch(() => undefined);
  if (code === undefined) throw helperMissing(name);
  const loader = (await readdir(source)).find((file) => file.startsWith('ld-linux')) ?? '';
  const stub = renderStub(runtime, loader, join(layersDir, `launch-helpers/${name}.js`));
  return [
    { name: `${name}.js`, content: code },
    { name: `${name}.json`, content: `${JSON.stringify({ input, settings } satisfies HandedOver)}\n` },
    { name: ['exec.d', ...(process ? [process] : []), name].join('/'), content: stub, mode: 0o755 },
  ];
}

/**
 * The helper as an exec.d program. It gets the untouched environment on standard input, because the shell would keep only what
 * it can name, and runs without any, so that no LD_PRELOAD of the app harms it. The shell has to stay until it ends: what
 * /proc says of an environment goes away with it.
 */
function renderStub(runtime: string, loader: string, program: string): string {
  return `#!${runtime}/busybox sh
${runtime}/busybox env -i ${runtime}/${loader} --library-path ${runtime} ${runtime}/qjs -m ${program} </proc/self/environ
exit
`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
