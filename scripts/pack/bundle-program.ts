import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { findWorkers, mendPlaces } from './places.ts';

export interface BundledProgram {
  files: { name: string; bytes: Uint8Array }[];
  /** Every file that went into them, relative to the repository. */
  inputs: string[];
}

/** What authors of buildpacks import, by the name of its file. */
const KIT = { buildpack: 'shared/buildpack/index.ts', testkit: 'shared/testkit/index.ts' };

/**
 * Asks Node.js for its own modules as CommonJS does: as ES modules they would look at each of their properties when they are loaded,
 * some of which load others, a tenth of the time of an unchanged build. HTTP/2, which the HTTP client is told never to speak, is not loaded.
 */
const loadBuiltIns: Plugin = {
  name: 'built-ins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')}|test)$`);
    onResolve({ filter }, ({ path, kind }) => {
      if (kind === 'dynamic-import') return { path, external: true };
      return { path, namespace: kind === 'require-call' ? 'required' : 'imported' };
    });
    onLoad({ filter, namespace: 'required' }, ({ path }) => ({
      contents: /http2$/.test(path) ? 'exports.constants = {}' : `module.exports = ${get(path)}`,
    }));
    onLoad({ filter, namespace: 'imported' }, ({ path }) => ({ contents: asModule(path) }));
  },
};

function get(path: string): string {
  return `process.getBuiltinModule(${JSON.stringify(path)})`;
}

/** An export that nobody imports is left out by the bundler, so that nothing is loaded for it. */
function asModule(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => /^[A-Za-z]\w+$/.test(name));
  const lines = names
    .filter((name) => name !== 'default')
    .map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})();`);
  return [`const all = ${get(path)};`, 'export default all;', ...lines].join('\n');
}

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
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    external: ['esbuild', 'openpgp'],
    plugins: [mendPlaces(repository), loadBuiltIns],
    logLevel: 'warning',
  });
  return {
    files: outputFiles.map(({ path, contents }) => ({ name: basename(path), bytes: contents })),
    inputs: Object.keys(metafile.inputs).sort(),
  };
}
