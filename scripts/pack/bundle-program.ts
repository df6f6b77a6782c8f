import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { findWorkers, mendPlaces } from './places.ts';

/** Bundled code that came as CommonJS asks for Node's own modules by `require`, which a module file has not. */
const REQUIRE = `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`;

export interface BundledProgram {
  files: { name: string; bytes: Uint8Array }[];
  /** Every file that went into them, relative to the repository. */
  inputs: string[];
}

/** What authors of buildpacks import, by the name of its file. */
const KIT = { buildpack: 'shared/buildpack/index.ts', testkit: 'shared/testkit/index.ts' };

/** The HTTP client would load it at its start, a tenth of the time of an unchanged build, and is told never to speak it. */
const leaveOutHttp2: Plugin = {
  name: 'no-http2',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http2$/ }, ({ path }) => ({ path, namespace: 'no-http2' }));
    onLoad({ filter: /./, namespace: 'no-http2' }, () => ({ contents: 'exports.constants = {}' }));
  },
};

/** The command line, its workers and the kit for authors as module files of one folder. OpenPGP (LGPL) and esbuild stay packages of their own. */
export async function bundleProgram(repository: string, sources: string[]): Promise<BundledProgram> {
  const entries = ['scripts/dema.ts', ...(await findWorkers(repository, sources))];
  const { outputFiles, metafile } = await build({
    entryPoints: [...entries.map((entry) => [basename(entry, '.ts'), entry]), ...Object.entries(KIT)].map(
      ([out = '', entry = '']) => ({ in: join(repository, entry), out }),
    ),
    absWorkingDir: repository,
    outdir: '/dist',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    external: ['esbuild', 'openpgp'],
    plugins: [mendPlaces(repository), leaveOutHttp2],
    logLevel: 'warning',
  });
  return {
    files: outputFiles.map(({ path, contents }) => ({ name: basename(path), bytes: contents })),
    inputs: Object.keys(metafile.inputs).sort(),
  };
}
