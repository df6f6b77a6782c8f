import { inject, test as plain } from 'vitest';
import type { PodmanService } from './podman-service.ts';
import type { RealTools } from './real-tools.ts';

/** What is shared by all tests with the real tools. */
export interface Setting {
  tools: RealTools;
  /** `127.0.0.1:<port>` of Debian's registry, without login. */
  registry: string;
  engine: Pick<PodmanService, 'dockerHost' | 'folder'>;
  artefacts: Artefacts;
}

/** Ours, as references in the registry and paths. */
export interface Artefacts {
  buildImage: string;
  runImage: string;
  /** Package of our Node.js buildpack. */
  nodejs: string;
  /** Builder that `pack` made of them, with the official lifecycle and a foreign buildpack. */
  packBuilder: string;
  /** The same builder by `dema builder create`. */
  demaBuilder: string;
  /** A builder of buildpacks in plain shell, one for each Buildpack API among them, with the official lifecycle. */
  foreignBuilder: string;
  /** The same without a lifecycle: images get our launcher. */
  foreignBuilderAlone: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    interop: { missing: string } | { real: Setting };
  }
}

/** A test that is skipped, with the reason, where the real tools are missing. */
export const test = plain.extend<{ real: Setting }>({
  real: async ({ skip }, use) => {
    const given = inject('interop');
    if ('missing' in given) return skip(given.missing);
    await use(given.real);
  },
});
