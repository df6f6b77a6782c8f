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
  /** Package of our Node.js buildpack, as a file. */
  nodejs: string;
  /** The same in the registry. */
  nodejsImage: string;
  /** Builder by `pack`: our package out of the registry, a foreign buildpack that `pack` has packaged, and the official lifecycle. */
  packBuilder: string;
  /** The same by `dema`, of our package as a file and the folder of the foreign buildpack. */
  demaBuilder: string;
  /** The same by `dema`, of what `pack` took. */
  demaBuilderOfPack: string;
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
