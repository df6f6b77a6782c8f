import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Component } from '@dema/sbom';
import { applyEnvFiles, type LayerDescriptor, layerRootPaths, parseLayerToml, renderLayerToml } from '@dema/spec';
import { type Folder, openFolder } from './folder.ts';
import { collectEnv, type EnvFile, type LayerEnv, writeEnv } from './layer-env.ts';
import { describeKeyChange, KEY, type Keyed, keyOf, type LayerKey, storableKey } from './layer-key.ts';
import { formatDuration, type Log } from './log.ts';
import type { Repeatable } from './repeatable.ts';
import type { Sboms } from './sboms.ts';

export interface LayerOptions {
  /** In the finished image. */
  launch?: boolean;
  /** On the search paths of the rest of this buildpack's build and of later buildpacks. */
  build?: boolean;
  /** Kept for the next build of this app. */
  cache?: boolean;
  /**
   * What the contents are made of: names and values, a dependency, or another layer. Equal by value to that of the last
   * build: contents are kept. Without a key they are always kept.
   */
  key?: LayerKey | Keyed;
  env?: (env: LayerEnv, layer: { path: string }) => void;
}

export interface Layer extends Folder, Keyed {
  name: string;
  /** Contents of an earlier build; `create` did not run. */
  kept: boolean;
}

/** The folder of a layer that is being made. */
export interface NewLayer extends Folder {
  /** Goes into the layer's SBOM, where dependencies that are unpacked into the layer stand already. */
  contains(...components: Component[]): void;
}

/** A layer by its name. `create` fills the empty folder; it runs only when there is nothing to keep, and the log says why. */
export type CreateLayer = (
  name: string,
  options: LayerOptions,
  create?: (layer: NewLayer) => Promise<void>,
) => Promise<Layer>;

export interface Layers {
  layer: CreateLayer;
  /** An environment in which the build layers made so far take effect, as they will for later buildpacks. */
  withBuildLayers(env: Record<string, string>): Record<string, string>;
}

export interface LayersOptions {
  /** CNB_LAYERS_DIR. */
  folder: string;
  /** Version of the buildpack: contents made by another one are not kept. */
  version: string;
  sboms: Sboms;
  /** Told of what is made for more than one build. */
  filling: Repeatable['filling'];
  log: Log;
}

type CreateContents = (layer: NewLayer) => Promise<void>;

interface BuildLayer {
  path: string;
  env: EnvFile[];
  entries: string[];
}

export function createLayers({ folder, version, sboms, filling, log }: LayersOptions): Layers {
  const buildLayers: BuildLayer[] = [];

  async function layer(name: string, options: LayerOptions, create?: CreateContents): Promise<Layer> {
    const path = join(folder, name);
    const env = options.env ? collectEnv((scope) => options.env?.(scope, { path })) : [];
    const key = storableKey({ ...keyOf(options.key), ...launchOnlyEnv(options, env), buildpack: version });
    const before = await readKept(path);
    const reasons = await whyNotKept({ path, before, key, options, sboms });
    const kept = reasons.length === 0;
    const fill = () => make(name, path, reasons, create);
    if (!kept) await (isKeptByPlatform(options) ? filling(fill) : fill());
    else if (create) log.detail(`layer ${name}: reusing`);
    const hasSbom = kept ? before?.sbom === true : await sboms.write(name);
    if (kept && hasSbom && !sboms.enabled) await sboms.clear(name);
    if (!kept || (await isFolder(path))) await writeEnv(path, env);
    await writeLayerToml(path, { key, ...(hasSbom && { sbom: true }) }, options);
    if (options.build) buildLayers.push({ path, env, entries: await readdir(path) });
    return { ...openFolder(path), name, kept, [KEY]: { [name]: key as LayerKey } };
  }

  async function make(name: string, path: string, reasons: string[], create?: CreateContents) {
    if (create) log.detail(`layer ${name}: making (${reasons.join(', ')})`);
    const start = performance.now();
    await rm(path, { recursive: true, force: true });
    await rm(`${path}.toml`, { force: true });
    await sboms.clear(name);
    await mkdir(path, { recursive: true });
    await create?.({ ...openFolder(path), contains: (...components) => sboms.add(path, components) });
    if (create) log.detail(`layer ${name}: made in ${formatDuration(performance.now() - start)}`);
  }

  return {
    layer,
    withBuildLayers: (env) => buildLayers.reduce(addLayer, env),
  };
}

/** A layer that only the image has is kept by its metadata; one for builds alone is made again in each. */
function isKeptByPlatform({ launch, build, cache }: LayerOptions): boolean {
  return cache === true || (launch === true && !build);
}

/** What one build layer does to the environment (Buildpack specification, "Environment"). */
function addLayer(env: Record<string, string>, { path, env: files, entries }: BuildLayer): Record<string, string> {
  const withPaths = { ...env };
  for (const { folder, variables } of layerRootPaths('build').filter((root) => entries.includes(root.folder))) {
    for (const name of variables) withPaths[name] = [join(path, folder), env[name]].filter(Boolean).join(':');
  }
  return ['env', 'env.build'].reduce((result, folder) => {
    return applyEnvFiles(
      result,
      files.filter((file) => file.folder === folder),
    );
  }, withPaths);
}

/** A layer that only the image keeps has its variables there, out of reach: they are part of what is compared. */
function launchOnlyEnv(options: LayerOptions, env: EnvFile[]): LayerKey {
  if (options.build || options.cache) return {};
  return { variables: Object.fromEntries(env.map((file) => [`${file.folder}/${file.name}`, file.value])) };
}

/** Metadata of the layer that an earlier build left, if one did. */
async function readKept(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(`${path}.toml`, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (parseLayerToml(text, `${path}.toml`).metadata ?? {});
}

interface KeptLayer {
  path: string;
  before: Record<string, unknown> | undefined;
  key: Record<string, unknown>;
  options: LayerOptions;
  sboms: Sboms;
}

async function whyNotKept({ path, before, key, options, sboms }: KeptLayer): Promise<string[]> {
  if (before === undefined) return ['nothing is kept from an earlier build'];
  if ((options.build || options.cache) && !(await isFolder(path))) return ['its contents were not kept'];
  const changes = describeKeyChange((before.key ?? {}) as LayerKey, key as LayerKey);
  if (changes.length > 0) return changes;
  const lacksSbom = before.sbom === true && sboms.enabled && !(await sboms.areWritten(basename(path)));
  return lacksSbom ? ['its SBOM was not kept'] : [];
}

async function writeLayerToml(path: string, metadata: Record<string, unknown>, options: LayerOptions): Promise<void> {
  const { launch = false, build = false, cache = false } = options;
  const descriptor: LayerDescriptor = { launch, build, cache, metadata };
  await writeFile(`${path}.toml`, renderLayerToml(descriptor));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
