import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Destination } from '@dema/engine';
import { parseReference, readLayout, writeImage, writeLayout } from '@dema/oci';
import { imageMissing, outputUnknown } from './faults.ts';
import type { Workplace } from './workplace.ts';

const LAYOUT = 'oci:';

/** `store`, or `oci:DIR` for an OCI image layout in a folder. */
export function openDestination(workplace: Workplace, output: string): Destination {
  if (output === 'store') return workplace.images;
  if (output.startsWith(LAYOUT)) return layoutDestination(workplace, resolve(output.slice(LAYOUT.length)));
  throw outputUnknown(output);
}

/** The folder that an output names, which is no part of an app that it lies in. */
export function layoutFolder(output: string): string[] {
  return output.startsWith(LAYOUT) ? [resolve(output.slice(LAYOUT.length))] : [];
}

/** An image by the name that a person gives it, of the image store or `oci:DIR`, and where it was found. */
export async function findImage(workplace: Workplace, name: string) {
  const isLayout = name.startsWith(LAYOUT);
  const reference = isLayout ? name : parseReference(name);
  const images = openDestination(workplace, isLayout ? name : 'store');
  const found = await images.find(reference);
  if (found === undefined)
    throw imageMissing(
      reference,
      (await workplace.images.list()).map((image) => image.reference),
    );
  return { ...found, reference, images };
}

function layoutDestination({ store }: Workplace, folder: string): Destination {
  return {
    async find() {
      if (!existsSync(join(folder, 'oci-layout'))) return undefined;
      const image = await readLayout(store, folder);
      return { image, digest: (await writeImage(store, image)).manifest.digest };
    },
    put: (reference, image) => writeLayout(folder, image, { reference }),
  };
}
