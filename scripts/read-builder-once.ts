import { isDeepStrictEqual } from 'node:util';
import { type BuilderImage, readBuilderImage } from '@dema/engine';
import { findImageTree } from '@dema/oci';
import type { Store } from '@dema/store';
import type { PulledImage } from './find-pulled-image.ts';
import type { Preparation } from './report-preparation.ts';
import { tellOfUnpacking } from './tell-of-unpacking.ts';

export interface BuilderReading {
  /** What tells this program from any other state of its code; without it the builder is read each time. */
  program?: string;
  preparation?: Preparation;
}

const KIND = 'builder-images';

/** What `readBuilderImage` gives, read once of each image: its files take longer to parse than a registry to answer. */
export async function readBuilderOnce(
  store: Store,
  { image, pinned }: PulledImage,
  { name, program, preparation }: BuilderReading & { name: string },
): Promise<BuilderImage> {
  const key = `${pinned} ${name} ${program}`;
  const isUnpacked = (await findImageTree(store, image.layers)) !== undefined;
  const known = program && isUnpacked ? await store.readRecord(KIND, key) : undefined;
  // The program that wrote it is a part of the key: it has the shape that this one reads.
  if (known !== undefined) return known as BuilderImage;
  const read = await tellOfUnpacking(store, { image, name, preparation }, () => readBuilderImage(store, image, name));
  if (program && isJson(read)) await store.writeRecord(KIND, key, read);
  return read;
}

/** TOML has integers and times that JSON has not. */
function isJson(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  if (Array.isArray(value)) return value.every(isJson);
  return isDeepStrictEqual({ ...value }, value) && Object.values(value).every(isJson);
}
