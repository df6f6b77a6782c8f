import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMMON_SETTINGS, describeSettings } from '@dema/buildpack';
import { type Configuration, describeRange, parseBuildpackToml } from '@dema/spec';

const INTRODUCTION = `# Settings

Variables that change what a build does, or what an image does when it starts. This page is made from where they are declared in
the code (\`npm run docs\`); \`dema buildpack inspect ID\` prints the same of any buildpack.

Give those of the build by \`dema build --env NAME=value\`, by \`--env-file\`, or in \`project.toml\`:

    [[io.buildpacks.build.env]]
    name = "BP_NODE_VERSION"
    value = "22"

A value that makes no sense ends the build with \`SETTING_VALUE_INVALID\`. A name that nothing reads but that resembles a setting
gets a warning with the name that was probably meant. Settings of the start (\`BPL_...\`) are given to the container, as by
\`dema run --env NAME=value\`.
`;

const KINDS: Record<string, string> = {
  text: 'text',
  flag: '`true` or `false`',
  list: 'names with commas between them',
  folder: 'folder of the app',
};

/** The page of all settings of all buildpacks in a folder of their sources. */
export async function renderSettingsPage(buildpacks: string): Promise<string> {
  const names = (await readdir(buildpacks)).filter((name) => existsSync(join(buildpacks, name, 'index.ts'))).sort();
  const families = await Promise.all(names.map((name) => renderFamily(join(buildpacks, name))));
  const common = renderTables(describeSettings(COMMON_SETTINGS));
  return [INTRODUCTION, `## All buildpacks\n\n${common}`, ...families].join('\n');
}

async function renderFamily(folder: string): Promise<string> {
  const file = join(folder, 'buildpack.toml');
  const { id, name = '', description = '' } = parseBuildpackToml(await readFile(file, 'utf8'), file).buildpack;
  const { default: buildpack } = await import(pathToFileURL(join(folder, 'index.ts')).href);
  const tables = renderTables(describeSettings(buildpack.settings));
  return `## ${name.replace(/^Dema /, '') || id}\n\n\`${id}\`: ${description}\n\n${tables}`;
}

function renderTables(settings: Configuration[]): string {
  const [build, launch] = [false, true].map((isLaunch) => settings.filter((setting) => setting.launch === isLaunch));
  const tables = [renderTable('of the build', build), renderTable('of the start', launch)].filter(Boolean);
  return tables.length > 0 ? tables.join('\n') : 'It has no settings of its own.\n';
}

function renderTable(title: string, settings: Configuration[] = []): string {
  if (settings.length === 0) return '';
  const rows = settings.map(({ name, description = '', default: fallback, ...setting }) => {
    const old = setting.formerly.length > 0 ? ` Formerly ${setting.formerly.map(asCode).join(', ')}.` : '';
    return `| \`${name}\` | ${description}.${old} | ${kindOf(setting)} | ${fallback ? asCode(fallback) : ''} |`;
  });
  return [`| setting ${title} | what it says | value | default |`, '|---|---|---|---|', ...rows, ''].join('\n');
}

function kindOf({ type = '', choices, ...bounds }: Pick<Configuration, 'type' | 'choices' | 'least' | 'most'>): string {
  if (type === 'number') return describeRange(bounds).replace('a whole', 'whole');
  return choices.length > 0 ? choices.map(asCode).join(', ') : (KINDS[type] ?? type);
}

function asCode(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
