import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findEnv, type Image } from '@dema/oci';
import { isBuilder, parseMixins, STACK_LABEL, SUPPORTED_APIS } from '@dema/spec';
import { type BuilderModule, moduleName } from './builder-module.ts';
import type { BuilderParts } from './compose-builder.ts';
import { builderIncoherent, buildImageInvalid } from './faults.ts';
import { resolveGroups } from './resolve-groups.ts';
import type { RunTarget } from './run-target.ts';
import { findTargetMismatch } from './target-mismatch.ts';

/**
 * What would fail in every build fails when the builder is made, as with pack. Gives the user of the build image.
 * Faults: ENGINE_BUILD_IMAGE_INVALID, ENGINE_BUILDER_INCOHERENT.
 */
export function checkBuilder(parts: BuilderParts): { uid: number; gid: number } {
  const { name, buildpacks, extensions } = parts;
  const user = readUser(parts);
  checkStackId(parts);
  const modules = [...buildpacks, ...extensions];
  for (const module of modules) {
    checkAlone(module, modules, name);
    checkApi(module, parts);
    checkParts(module, parts);
  }
  for (const module of buildpacks) checkPlatform(module, parts);
  return user;
}

/** Of a build image for the architecture of the builder. */
function readUser({ name, base, architecture }: BuilderParts): { uid: number; gid: number } {
  const [uid = Number.NaN, gid = Number.NaN] = ['CNB_USER_ID', 'CNB_GROUP_ID'].map((variable) => {
    const value = findEnv(base, variable);
    if (value === undefined || !/^\d+$/.test(value)) {
      throw buildImageInvalid(name, `its variable ${variable} is ${value === undefined ? 'not set' : `"${value}"`}`);
    }
    return Number(value);
  });
  const { config } = base;
  if (isBuilder(config.config?.Labels ?? {})) throw buildImageInvalid(name, 'it is a builder already');
  const platform = `${config.os}/${config.architecture}`;
  if (platform !== `linux/${architecture}`)
    throw buildImageInvalid(name, `it is for ${platform}, and the builder for linux/${architecture}`);
  return { uid, gid };
}

function checkStackId({ name, base, stack }: BuilderParts): void {
  const found = base.config.config?.Labels?.[STACK_LABEL];
  if (!stack?.id || stack.id === found) return;
  const reason = `its definition is for the stack ${stack.id}, and its build image for ${found ?? 'none'}`;
  throw builderIncoherent(
    name,
    reason,
    'Write the `id` of the build image into `[stack]`, or name another build image.',
  );
}

function checkAlone(module: BuilderModule, all: BuilderModule[], name: string): void {
  const same = all.find((one) => moduleName(one) === moduleName(module) && one.layer.diffId !== module.layer.diffId);
  if (!same) return;
  const reason = `it would hold ${moduleName(module)} twice, with different contents`;
  throw builderIncoherent(name, reason, 'Take it from one place; packages that bring it along must bring the same.');
}

function checkApi(module: BuilderModule, { name, lifecycle }: BuilderParts): void {
  const { buildpack: apis } = lifecycle?.info.apis ?? { buildpack: { supported: SUPPORTED_APIS.buildpack } };
  const known: string[] = [...apis.supported, ...('deprecated' in apis ? apis.deprecated : [])];
  if (known.includes(module.descriptor.api)) return;
  const holder = lifecycle ? `lifecycle ${lifecycle.info.version}` : 'engine of dema';
  const reason = `${moduleName(module)} is of Buildpack API ${module.descriptor.api}, and the ${holder} knows ${known.join(', ')}`;
  throw builderIncoherent(name, reason, 'Take another version of the buildpack, or another lifecycle.');
}

/** What a composite buildpack is composed of must be there, by its version. */
function checkParts(module: BuilderModule, { name, buildpacks }: BuilderParts): void {
  resolveGroups(module.descriptor.order ?? [], {
    modules: buildpacks,
    builder: name,
    whose: `the order of ${moduleName(module)}`,
  });
}

function checkPlatform(module: BuilderModule, { name, base }: BuilderParts): void {
  const { descriptor, folder } = module;
  if (descriptor.order) return;
  const reason =
    findStackMismatch(module, base) ??
    findTargetMismatch(descriptor, existsSync(join(folder, 'bin/build')), targetOf(base), 'build image');
  if (reason === undefined) return;
  throw builderIncoherent(
    name,
    `${moduleName(module)} cannot build there: ${reason}`,
    'Leave it out, or take a build image that it is for.',
  );
}

/** Mixins that a buildpack wants in the run image alone are not of the builder. */
function findStackMismatch({ descriptor: { stacks } }: BuilderModule, base: Image): string | undefined {
  const labels = base.config.config?.Labels ?? {};
  const stackId = labels[STACK_LABEL];
  if (stacks.length === 0 || !stackId) return undefined;
  const own = stacks.find(({ id }) => id === '*' || id === stackId);
  if (!own) return `it is for the stack ${stacks.map(({ id }) => id).join(' or ')}, and the build image is ${stackId}`;
  const held = parseMixins({ labels, image: 'the build image' }).map((mixin) => mixin.replace(/^build:/, ''));
  const wanted = own.mixins.filter((mixin) => !mixin.startsWith('run:')).map((mixin) => mixin.replace(/^build:/, ''));
  const missing = wanted.filter((mixin) => !held.includes(mixin));
  return missing.length > 0 ? `the build image has not the mixins ${missing.join(', ')}` : undefined;
}

function targetOf({ config: { os, architecture: arch, variant = '', config } }: Image): RunTarget {
  const labels = config?.Labels ?? {};
  return {
    os,
    arch,
    variant,
    distroName: labels['io.buildpacks.base.distro.name'] ?? '',
    distroVersion: labels['io.buildpacks.base.distro.version'] ?? '',
  };
}
