import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listBuiltIn, readBuilder } from '@dema/builders';
import {
  asContainerOf,
  type Builder,
  checkBuilderContainer,
  findBuilderLauncher,
  isOfKit,
  readBuilderContainer,
} from '@dema/engine';
import { chooseBuildpacks } from './choose-buildpacks.ts';
import { chooseRunImage } from './choose-run-image.ts';
import { extensionsUnsupported } from './faults.ts';
import { findPulledImage, type PullChoices } from './find-pulled-image.ts';
import { type MakeBuilderOptions, makeBuilder, openBubblewrap, openLauncher, openRuntime } from './make-builder.ts';
import { openNamedImages } from './open-named-images.ts';
import { type BuilderReading, readBuilderOnce } from './read-builder-once.ts';
import type { Workplace } from './workplace.ts';

export interface OpenBuilderOptions extends MakeBuilderOptions, PullChoices, BuilderReading {
  /** Name of the image to stand on instead of the builder's run image. */
  runImage?: string;
  /** Host of the registry that the finished image goes to. */
  outputRegistry?: string;
}

/** A builder by its name: a built-in one, one in a folder or by its file, or an image anywhere. Faults as of `makeBuilder`, `findPulledImage`, `readBuilderImage`. */
export async function openBuilder(workplace: Workplace, name: string, options: OpenBuilderOptions): Promise<Builder> {
  if (!(await isDefinition(workplace, name))) return openBuilderImage(workplace, name, options);
  const images = await openNamedImages(workplace, await readBuilder(name), options);
  return makeBuilder(workplace, name, { ...options, images });
}

/** A word that names nothing is meant for a built-in builder, too. */
async function isDefinition({ images }: Workplace, name: string): Promise<boolean> {
  if (/^[./]/.test(name)) return existsSync(name.endsWith('.toml') ? name : join(name, 'builder.toml'));
  if ((await listBuiltIn()).includes(name)) return true;
  return /^[\w-]+$/.test(name) && (await images.find(name)) === undefined;
}

async function openBuilderImage(workplace: Workplace, name: string, options: OpenBuilderOptions): Promise<Builder> {
  const { store } = workplace;
  const found = await findPulledImage(workplace, name, options);
  const [read, bubblewrap, container] = await Promise.all([
    readBuilderOnce(store, found, { ...options, name }),
    options.isContainer ? undefined : openBubblewrap(workplace, options),
    options.isContainer ? readBuilderContainer(options.env) : undefined,
  ]);
  if (read.hasExtensions) throw extensionsUnsupported(name);
  const { wishes } = options;
  const buildImage = container ? asContainerOf(container, read.buildImage) : read.buildImage;
  const [runImage, launcher, chosen] = await Promise.all([
    chooseRunImage(workplace, { name: found.reference, runImages: read.runImages }, options),
    findBuilderLauncher(store, read, bubblewrap),
    wishes ? chooseBuildpacks(workplace, read, wishes, options) : read,
  ]);
  if (container) checkBuilderContainer(container, runImage.image);
  const { buildpacks, order } = chosen;
  const needsRuntime = buildpacks.some((one) => isOfKit(one.descriptor) && !read.buildpacks.includes(one));
  return {
    ...{ name, buildpacks, order, system: read.system, buildImage, runImage, bubblewrap },
    buildConfig: read.buildConfig,
    launcher: launcher ?? (await openLauncher(workplace, options)),
    runtime: needsRuntime ? await openRuntime(workplace, options) : undefined,
  };
}
