import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildpackFolderTaken, buildpackNameInvalid } from './faults.ts';
import { isPath } from './is-path.ts';
import { renderTemplate } from './new-buildpack-template.ts';

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
  const files = renderTemplate(name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return Object.keys(files);
}

export function nextSteps(folder: string): string {
  const named = isPath(folder) ? folder : `./${folder}`;
  return `\nnext: dema buildpack test ${folder}
      dema build ${folder}/samples/hello --buildpack ${named} --run\n`;
}
