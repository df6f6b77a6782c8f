import { findImports, isCode, isTest } from './imports.ts';
import { lineAt, type Rule } from './rule.ts';

/**
 * A published package is one bundle with the data files beside it at the same relative paths. The bundler mends two ways of
 * naming a place: `import.meta.dirname`, and `new URL('./name.ts', import.meta.url)` for a worker.
 */
export const dataFiles: Rule = {
  name: 'places of data files',
  find(repository) {
    const files = [...repository].filter(
      ([path]) => /^(shared|builders|scripts)\/(?!pack\/)/.test(path) && isCode(path) && !isTest(path),
    );
    return files.flatMap(([path, text]) => {
      const places = [...text.matchAll(/import\.meta\.(?!dirname\b)\w+/g)].filter(
        ({ index }) => !isWorker(text, index) && !isQuoted(text, index),
      );
      return places.map(({ 0: place, index }) => ({
        path,
        line: lineAt(text, index),
        problem: `\`${place}\` means another place in the bundle; use \`import.meta.dirname\`.`,
      }));
    });
  },
};

/** Inside a template, as the code that a bundler puts before another's. */
function isQuoted(text: string, index: number): boolean {
  return text.slice(text.lastIndexOf('\n', index) + 1, index).split('`').length % 2 === 0;
}

function isWorker(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, text.indexOf('\n', index));
  return (
    findImports(line).some(({ specifier }) => /^\.\/[\w-]+\.ts$/.test(specifier)) && line.includes('import.meta.url)')
  );
}
