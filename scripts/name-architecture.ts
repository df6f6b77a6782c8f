import type { Preparation } from './report-preparation.ts';

/** Tells the base images of several architectures from each other. */
export function nameArchitecture(architecture: string, preparation?: Preparation): Preparation | undefined {
  return (
    preparation && {
      ...preparation,
      onBaseImage: (event) => preparation.onBaseImage({ ...event, image: `${event.image} for ${architecture}` }),
    }
  );
}
