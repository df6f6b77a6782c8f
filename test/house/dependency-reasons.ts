import { listDependencies, readManifests } from './manifests.ts';
import type { Rule } from './rule.ts';

const PAGE = 'docs/dependencies.md';
const ROW = /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/;

/** Every package from a registry has its licence and its reason in one table, and the table holds no other. */
export const dependencyReasons: Rule = {
  name: 'reasons of dependencies',
  find(repository) {
    const lines = (repository.get(PAGE) ?? '').split('\n');
    const rows = lines.flatMap((line, index) => {
      const name = ROW.exec(line)?.[1];
      return name ? [{ name, line: index + 1 }] : [];
    });
    const used = new Set(
      readManifests(repository)
        .flatMap(listDependencies)
        .map(([name]) => name),
    );
    const missing = [...used].filter((name) => !name.startsWith('@dema/') && !rows.some((row) => row.name === name));
    const idle = rows.filter(({ name }) => !used.has(name));
    return [
      ...missing.map((name) => ({
        path: PAGE,
        problem: `There is no line for \`${name}\`: | \`name\` | licence | reason |.`,
      })),
      ...idle.map(({ name, line }) => ({ path: PAGE, line, problem: `Nothing depends on \`${name}\`.` })),
    ];
  },
};
