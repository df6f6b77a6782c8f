import { type BuildpackDescriptor, type Configuration, listConfigurations } from '@dema/spec';
import type { Command } from 'commander';
import { findModules } from '../find-buildpack.ts';
import { openWorkplace } from '../workplace.ts';

export function addBuildpackInspectCommand(buildpack: Command): void {
  buildpack
    .command('inspect')
    .description('Show what a buildpack is and which settings it has.')
    .argument('<buildpack>', 'id of a buildpack of the builder, or a folder or package')
    .option('-B, --builder <name>', 'builder that holds it, by name or folder', 'base')
    .option('--json', 'print it as JSON')
    .action(async (name: string, { builder, json }: { builder: string; json?: boolean }) => {
      const [{ descriptor }] = await findModules(await openWorkplace(process.env), name, builder);
      const settings = listConfigurations(descriptor.metadata);
      const { api, buildpack: identity, targets } = descriptor;
      const shown = json
        ? JSON.stringify({ ...identity, api, targets, settings })
        : describe(descriptor, settings).join('\n');
      process.stdout.write(`${shown}\n`);
    });
}

function describe({ api, buildpack, targets }: BuildpackDescriptor, settings: Configuration[]): string[] {
  const { id, version, description, homepage, licenses } = buildpack;
  return [
    `${id} ${version}`,
    ...(description ? [`  ${description}`] : []),
    `  api         ${api}`,
    ...(targets.length > 0
      ? [
          `  targets     ${targets.map(({ os, arch }) => [os ?? 'any system', arch].filter(Boolean).join('/')).join(', ')}`,
        ]
      : []),
    ...(homepage ? [`  homepage    ${homepage}`] : []),
    ...(licenses.length > 0 ? [`  licenses    ${licenses.map(({ type, uri }) => type ?? uri).join(', ')}`] : []),
    ...section(
      'settings of the build (dema build --env NAME=value)',
      settings.filter(({ launch }) => !launch),
    ),
    ...section(
      'settings of the start (dema run --env NAME=value)',
      settings.filter(({ launch }) => launch),
    ),
  ];
}

function section(title: string, settings: Configuration[]): string[] {
  const width = Math.max(...settings.map(({ name }) => name.length));
  const lines = settings.flatMap((setting) => {
    const [first = '', ...more] = describeSetting(setting);
    return [`  ${setting.name.padEnd(width)}  ${first}`, ...more.map((line) => `  ${' '.repeat(width)}  ${line}`)];
  });
  return lines.length > 0 ? [title, ...lines] : [];
}

function describeSetting({ description = '', type, choices, formerly, default: fallback }: Configuration): string[] {
  const kind = choices.length > 0 ? choices.join(', ') : type;
  const facts = [kind, fallback === undefined ? undefined : `default ${fallback}`].filter(Boolean).join('; ');
  const names = formerly.length > 0 ? [`formerly ${formerly.join(', ')}`] : [];
  return [description, ...(facts ? [facts] : []), ...names];
}
