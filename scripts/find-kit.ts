import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGE = /^@dema\/([a-z-]+)$/;

/** Lets the tests of a buildpack import the kit wherever they lie: a checkout has its sources, the published package bundles. */
registerHooks({
  resolve(specifier, context, next) {
    const [, name] = PACKAGE.exec(specifier) ?? [];
    const file = name === undefined ? undefined : findKit(name);
    return file ? { url: pathToFileURL(file).href, shortCircuit: true } : next(specifier, context);
  },
});

function findKit(name: string): string | undefined {
  const places = [
    join(import.meta.dirname, '../shared', name, 'index.ts'),
    join(import.meta.dirname, `../${name}.mjs`),
  ];
  return places.find((place) => existsSync(place));
}
