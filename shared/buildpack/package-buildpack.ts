import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Dependency } from '@dema/dependencies';
import { type Configuration, parseToml, renderToml, SBOM_TYPES } from '@dema/spec';
import { bundleBuildpack, bundleLaunchHelpers, bundlePrograms } from './bundle.ts';
import { readDebianFiles } from './debian-files.ts';
import { sourceBroken, sourceIncomplete } from './faults.ts';

/**
 * Makes the form in which platforms run a buildpack out of its source folder (`buildpack.toml`, `index.ts`, perhaps
 * `dependencies.json`): `buildpack.toml` with the inventory and the settings in its metadata, `main.mjs` and the parts
 * that it loads when needed, `programs/`, `launch/`, `bin/detect`, `bin/build`. Same source, same bytes. The target must be an empty or a new folder.
 * Loads what packaging alone needs when it is used, because this file stands beside what every buildpack starts with.
 */
export async function packageBuildpack(sourceFolder: string, targetFolder: string): Promise<void> {
  const toml = await readSource(sourceFolder, 'buildpack.toml');
  const inventory = await readInventory(sourceFolder);
  const source = resolve(sourceFolder);
  const bundles = await Promise.all([bundleBuildpack(source), bundlePrograms(source), bundleLaunchHelpers(source)]);
  const archiveFiles = inventory?.dependencies.some(hasDebianSource) ? await readDebianFiles() : [];
  for (const { name, bytes } of [...bundles.flat(), ...archiveFiles]) {
    await mkdir(dirname(join(targetFolder, name)), { recursive: true });
    await writeFile(join(targetFolder, name), bytes);
  }
  await mkdir(join(targetFolder, 'bin'), { recursive: true });
  const settings = await readSettingsOf(sourceFolder, join(targetFolder, 'main.mjs'));
  await writeFile(join(targetFolder, 'buildpack.toml'), await composeDescriptor(toml, inventory, settings));
  for (const phase of ['detect', 'build']) {
    const file = join(targetFolder, 'bin', phase);
    await writeFile(file, renderStub(phase));
    await chmod(file, 0o755);
  }
}

interface Inventory {
  dependencies: Dependency[];
  /** Of lines, by dependency and first number of the version. */
  endOfLife?: Record<string, Record<string, string>>;
}

/** Undefined without a `dependencies.json`. Fault DEPENDENCY_INVENTORY_INVALID. */
async function readInventory(folder: string): Promise<Inventory | undefined> {
  const file = join(folder, 'dependencies.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { parseInventory } = await import('@dema/dependencies');
  const content = JSON.parse(text);
  return { dependencies: parseInventory(content, file), endOfLife: content.endOfLife };
}

function hasDebianSource({ sources }: Dependency): boolean {
  return sources.some(({ packages }) => packages !== undefined);
}

async function readSource(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch(() => {
    throw sourceIncomplete(folder, name);
  });
}

/** Asked of the bundle itself, which is thereby known to run. */
async function readSettingsOf(folder: string, main: string): Promise<Configuration[]> {
  const { exec } = await import('@dema/exec');
  const { code, stdout, stderr } = await exec(process.execPath, [main, 'settings'], { env: {} });
  const [error] = stderr.match(/^\w*Error\b.*$/m) ?? [];
  if (error !== undefined) throw sourceBroken(folder, error);
  if (code !== 0) throw sourceIncomplete(folder, 'index.ts with a buildpack as its default export');
  return JSON.parse(stdout);
}

/** The kit writes SBOMs for every buildpack, so every one declares their formats. */
async function composeDescriptor(
  toml: string,
  inventory: Inventory | undefined,
  settings: Configuration[],
): Promise<string> {
  const { toPackaged } = await import('@dema/dependencies');
  const descriptor = parseToml(toml, 'buildpack.toml');
  const buildpack = typeof descriptor.buildpack === 'object' ? { ...descriptor.buildpack } : {};
  const metadata = typeof descriptor.metadata === 'object' ? { ...descriptor.metadata } : {};
  const configurations = settings.map(({ build, launch, choices, formerly, ...rest }) => ({
    ...rest,
    ...(build ? { build } : { launch }),
    ...(choices.length > 0 && { choices }),
    ...(formerly.length > 0 && { formerly }),
  }));
  return renderToml({
    ...descriptor,
    buildpack: { ...buildpack, 'sbom-formats': SBOM_TYPES.map(({ mediaType }) => mediaType) },
    metadata: {
      ...metadata,
      'restored-layers': 'overlay',
      configurations,
      'end-of-life': inventory?.endOfLife,
      dependencies: inventory?.dependencies.map(toPackaged),
    },
  });
}

/**
 * Starts the Node.js that a self-contained buildpack holds, else the newest of \`dema/runtime\`, which lies beside this buildpack's
 * own folder wherever that is.
 */
function renderStub(phase: string): string {
  return `#!/bin/sh
here=\${0%/*}/..
newest=-1
for node in "$here"/../../dema_runtime/*/bin/node; do
  [ -x "$node" ] || continue
  version=\${node%/bin/node}
  version=\${version##*/}
  case $version in *[!0-9.]*) version=0 ;; esac
  IFS=.
  set -- $version
  unset IFS
  number=$(((\${1:-0} * 100000 + \${2:-0}) * 100000 + \${3:-0}))
  if [ "$number" -gt "$newest" ]; then
    newest=$number
    found=$node
  fi
done
[ -x "$here/runtime/bin/node" ] && found="$here/runtime/bin/node"
if [ -z "\${found:-}" ]; then
  echo "This buildpack runs on the Node.js of dema/runtime, which is not beside it: add dema/runtime to the builder." >&2
  exit 1
fi
if [ -n "\${NODE_OPTIONS-}" ]; then
  DEMA_NODE_OPTIONS=$NODE_OPTIONS
  export DEMA_NODE_OPTIONS
  unset NODE_OPTIONS
fi
exec "$found" --disable-warning=ExperimentalWarning "$here/main.mjs" ${phase}
`;
}
