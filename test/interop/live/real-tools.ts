import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeFolder } from '@dema/store';
import { runGo } from './run-go.ts';
import { writeLifecycleArchive } from './write-lifecycle-archive.ts';

const INTEROP = join(import.meta.dirname, '..');
const KEPT = join(INTEROP, '../../node_modules/.cache/dema-interop');
const LIFECYCLE = 'github.com/buildpacks/lifecycle';

export const LIFECYCLE_VERSION = '0.21.14';
const PACK_VERSION = '0.40.3';

/** Paths of the programs; linked without C, so that they start in any image. */
export interface RealTools {
  lifecycle: string;
  launcher: string;
  pack: string;
  crane: string;
  /** The lifecycle as its makers publish it, which `[lifecycle] uri` of a `builder.toml` names. */
  lifecycleArchive: string;
}

interface Build {
  /** Folder of the Go module that pins it. */
  module: string;
  packages: string[];
  flags: string;
}

/** What is in its archive; in a module apart, so that it is linked with the versions that its makers chose. */
const LIFECYCLE_BUILD: Build = {
  module: INTEROP,
  packages: ['cmd/lifecycle', 'cmd/launcher'].map((name) => `${LIFECYCLE}/${name}`),
  flags: `-X ${LIFECYCLE}/cmd.Version=${LIFECYCLE_VERSION}`,
};

const BUILDS: Build[] = [
  { ...LIFECYCLE_BUILD, packages: [...LIFECYCLE_BUILD.packages, `${LIFECYCLE}/tools/packager`] },
  {
    module: join(INTEROP, 'tools'),
    packages: ['github.com/buildpacks/pack', 'github.com/google/go-containerregistry/cmd/crane'],
    flags: `-X github.com/buildpacks/pack/pkg/client.Version=${PACK_VERSION}`,
  },
];

/** Builds them once for the versions that are pinned. Throws with Go's own words. */
export async function buildRealTools(): Promise<RealTools> {
  const pins = BUILDS.flatMap(({ module }) => ['go.mod', 'go.sum'].map((file) => join(module, file)));
  const code = ['real-tools.ts', 'write-lifecycle-archive.ts'].map((file) => join(import.meta.dirname, file));
  const texts = await Promise.all([...pins, ...code].map((path) => readFile(path)));
  const key = createHash('sha256').update(Buffer.concat(texts)).digest('hex').slice(0, 16);
  const folder = join(KEPT, `tools-${process.arch}-${key}`);
  const tools = toolsIn(folder);
  if (!(await isThere(tools.lifecycleArchive))) await buildInto(folder);
  return tools;
}

function toolsIn(folder: string): RealTools {
  const path = (name: string) => join(folder, name);
  return {
    lifecycle: path('lifecycle'),
    launcher: path('launcher'),
    pack: path('pack'),
    crane: path('crane'),
    lifecycleArchive: path(`lifecycle-v${LIFECYCLE_VERSION}.tgz`),
  };
}

async function buildInto(folder: string): Promise<void> {
  await mkdir(KEPT, { recursive: true });
  const fresh = await mkdtemp(`${folder}-`);
  try {
    for (const build of BUILDS) await buildPrograms(fresh, build);
    await packLifecycle(fresh, join(fresh, 'packager'), toolsIn(fresh).lifecycleArchive);
    await rename(fresh, folder).catch(async (error) => {
      // Another process that was faster has made the same.
      if (!(await isThere(toolsIn(folder).lifecycleArchive))) throw error;
    });
  } finally {
    await removeFolder(fresh);
  }
}

/** The lifecycle's archive for another processor (Go's name), built once as well. */
export async function buildLifecycleFor(architecture: string, { lifecycle }: RealTools): Promise<string> {
  const folder = dirname(lifecycle);
  const archive = join(folder, `lifecycle-v${LIFECYCLE_VERSION}-${architecture}.tgz`);
  if (await isThere(archive)) return archive;
  const fresh = await mkdtemp(join(folder, `${architecture}-`));
  try {
    await buildPrograms(fresh, LIFECYCLE_BUILD, { GOARCH: architecture });
    await packLifecycle(fresh, join(folder, 'packager'), join(fresh, 'archive.tgz'));
    await rename(join(fresh, 'archive.tgz'), archive);
    return archive;
  } finally {
    await removeFolder(fresh);
  }
}

async function buildPrograms(folder: string, { module, packages, flags }: Build, env = {}): Promise<void> {
  await runGo(module, ['build', '-trimpath', '-ldflags', `-s -w ${flags}`, '-o', folder, ...packages], env);
}

/** @param folder has the programs */
async function packLifecycle(folder: string, packager: string, archive: string): Promise<void> {
  const module = (await runGo(INTEROP, ['list', '-m', '-f', '{{.Dir}}', LIFECYCLE])).trim();
  const descriptor = join(module, 'lifecycle.toml');
  const [lifecycle, launcher] = [join(folder, 'lifecycle'), join(folder, 'launcher')];
  await writeLifecycleArchive({ archive, packager, descriptor, lifecycle, launcher, version: LIFECYCLE_VERSION });
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
