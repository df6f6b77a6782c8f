import { ALLOWED_IMPORTS } from './allowed-imports.ts';
import { findImports, findPackage, type Import, isCode, isTest, type PackagePlace, staysInside } from './imports.ts';
import type { Finding, Rule } from './rule.ts';

/** Packages know each other by their names and in one direction only. */
export const importDirections: Rule = {
  name: 'import directions',
  find(repository) {
    const scope = new Set([...repository.keys()].flatMap((path) => findPackage(path)?.folder ?? []));
    const families = new Set([...scope].filter((folder) => folder.startsWith('buildpacks/')).map(withoutFolder));
    return [...repository]
      .filter(([path]) => isCode(path))
      .flatMap(([path, text]) => {
        const place = findPackage(path);
        if (!place) return [];
        return findImports(text).flatMap((found) => judge(path, place, found, families));
      });
  },
};

function judge(path: string, place: PackagePlace, { specifier, line }: Import, families: Set<string>): Finding[] {
  const problem = findProblem(path, place, specifier, families);
  return problem ? [{ path, line, problem }] : [];
}

function findProblem(path: string, place: PackagePlace, specifier: string, families: Set<string>): string | undefined {
  if (specifier.startsWith('.')) {
    if (staysInside(place.folder, path, specifier)) return undefined;
    return `\`${specifier}\` leads out of ${place.folder}; import the other package by its name.`;
  }
  if (!specifier.startsWith('@dema/')) return undefined;
  const [, name = '', ...deeper] = specifier.split('/');
  if (deeper.length > 0) return `\`${specifier}\` reaches into a package; import what its index.ts gives.`;
  const target = families.has(name) ? 'family' : name;
  const own = place.name === 'family' ? withoutFolder(place.folder) : place.name;
  if (name === own || isAllowed(path, place.name, target)) return undefined;
  return `${place.folder} must not import \`${specifier}\`; the table is test/house/allowed-imports.ts.`;
}

function isAllowed(path: string, from: string, to: string): boolean {
  if (ALLOWED_IMPORTS[from]?.includes(to)) return true;
  return /\.(test|fuzz)\.ts$/.test(path) && (ALLOWED_IMPORTS.test ?? []).includes(to);
}

function withoutFolder(path: string): string {
  return path.replace(/^.*\//, '');
}

/**
 * What a buildpack may use it gets from the context, so that it behaves alike under every platform and in every test. Its
 * programs for the image have no context.
 */
export const buildpackHost: Rule = {
  name: 'buildpacks and the host',
  find(repository) {
    const files = [...repository].filter(([path]) => path.startsWith('buildpacks/') && isCode(path) && !isTest(path));
    return files
      .filter(([path]) => !/\/(update-[a-z-]+\.ts$|programs\/)/.test(path))
      .flatMap(([path, text]) =>
        HOST.flatMap(({ pattern, use }) =>
          lineNumbers(text, pattern).map((line) => ({
            path,
            line,
            problem: `A buildpack reaches for the host here: use ${use}.`,
          })),
        ),
      );
  },
};

const HOST = [
  { pattern: /\bprocess\.(env|argv|cwd|exit)\b/, use: 'settings and folders of the context' },
  { pattern: /['"](node:)?fs(\/promises)?['"]/, use: '`app` and `layer` of the context' },
  { pattern: /['"](node:)?child_process['"]/, use: '`exec` of the context' },
  { pattern: /['"](node:)?(https?|net|dgram)['"]|\bfetch\(/, use: '`dependencies` of the context' },
  { pattern: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/, use: 'nothing that differs from build to build' },
];

function lineNumbers(text: string, pattern: RegExp): number[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) && !isComment(line) ? [index + 1] : []));
}

function isComment(line: string): boolean {
  return /^\s*(\/\/|\/?\*)/.test(line);
}
