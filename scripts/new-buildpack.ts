import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { buildpackFolderTaken, buildpackNameInvalid } from './faults.ts';
import { isPath } from './is-path.ts';
import { renderTemplate, renderTypeSettings } from './new-buildpack-template.ts';

export interface BuildpackName {
  id: string;
  /** Its last part. */
  short: string;
}

const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)?$/;

/** `acme/rust`, or `rust` for `example/rust`. Fault CLI_ARGUMENTS_INVALID. */
export function parseBuildpackName(text: string): BuildpackName {
  if (!NAME.test(text)) throw buildpackNameInvalid(text);
  const id = text.includes('/') ? text : `example/${text}`;
  return { id, short: id.slice(id.indexOf('/') + 1) };
}

/** Writes the source of a buildpack that works; gives the names of its files. Fault CLI_ARGUMENTS_INVALID. */
export async function writeNewBuildpack(name: BuildpackName, folder: string): Promise<string[]> {
  if ((await readdir(folder).catch(() => [])).length > 0) throw buildpackFolderTaken(folder);
  const files = { ...renderTemplate(name), ...describeTypes(folder) };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return Object.keys(files);
}

/** Types of the kit, as a package of the project in which the folder lies. */
const TYPES = join(import.meta.dirname, '../types');

/** Where an editor finds the types of the kit. A checkout and a package that is installed for all projects need or have no such place. */
function describeTypes(folder: string): Record<string, string> {
  const [project = '', inside] = TYPES.split('/node_modules/');
  if (inside === undefined || relative(project, folder).startsWith('..')) return {};
  return { 'tsconfig.json': renderTypeSettings(join(relative(folder, TYPES), 'shared/*/index.d.ts')) };
}

/** `dema` is the command as the user typed it. */
export function nextSteps(folder: string, dema: string): string {
  const named = isPath(folder) ? folder : `./${folder}`;
  return `\nnext: ${dema} buildpack test ${folder}
      ${dema} build ${folder}/samples/hello --buildpack ${named} --run\n`;
}
