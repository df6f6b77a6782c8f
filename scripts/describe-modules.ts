import type { ShownMember, ShownModule } from './module-tree.ts';

export function describeModules(modules: ShownModule[]): string[] {
  const width = (field: 'id' | 'version') => Math.max(...modules.map((one) => one[field].length));
  return modules.map(({ id, version, name = '', homepage = '' }) =>
    `${id.padEnd(width('id'))}  ${version.padEnd(width('version'))}  ${[name, homepage].filter(Boolean).join('  ')}`.trimEnd(),
  );
}

export function describeGroups(groups: ShownMember[][]): string[] {
  return groups.flatMap((group, index) => [`group ${index + 1}`, ...describeMembers(group).map((line) => `  ${line}`)]);
}

export function describeMembers(members: ShownMember[]): string[] {
  return members.flatMap(({ id, version, optional, order = [] }) => [
    `${version ? `${id}@${version}` : id}${optional ? ' (optional)' : ''}`,
    ...describeGroups(order).map((line) => `  ${line}`),
  ]);
}

export function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
}
