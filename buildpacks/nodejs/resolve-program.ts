import { join } from 'node:path/posix';
import type { FolderView } from '@dema/buildpack';
import { startProgramMissing } from './faults.ts';
import type { PlainCommand, Word } from './launch-steps.ts';
import { foldersUpFrom } from './script-package.ts';

export interface ProgramSearch {
  /** The app's root. */
  app: FolderView;
  /** Where the command runs, relative to that; undefined when that shows only in the image. */
  place: string | undefined;
  /** Absolute paths of the folders where npm would look first. */
  path: string[];
  /** How a script of a package, by its path in the app, is named to Node.js. */
  nameFile(file: string): string;
}

/**
 * A command by the words that start it without npm's search path and without a shell: scripts by Node.js itself.
 * Fault NODEJS_START_PROGRAM_MISSING for one that has to be a package's.
 */
export async function resolveProgram(search: ProgramSearch, { words, isOfPackage }: PlainCommand): Promise<Word[]> {
  const [program = '', ...args] = words;
  if (typeof program !== 'string') return words;
  const { app, place } = search;
  if (program.includes('/') && !isOfPackage) {
    const file = place === undefined || program.startsWith('/') ? undefined : join(place, program);
    return file && (await readInterpreter(app, file)) === 'node' ? ['node', ...words] : words;
  }
  const name = isOfPackage ? program.replace(/(?!^)@.*/, '') : program;
  const file = await findProgram(search, name, isOfPackage);
  if (file) {
    const isScript = (await readInterpreter(app, file)) === 'node';
    return isScript ? ['node', search.nameFile(file), ...args] : [app.file(file), ...args];
  }
  if (isOfPackage && program !== 'node') throw startProgramMissing(name);
  return words;
}

/** Relative to the app. */
async function findProgram(
  { app, path, place = '.' }: ProgramSearch,
  program: string,
  isOfPackage = false,
): Promise<string | undefined> {
  const own = foldersUpFrom(place).map((folder) => app.file(folder, 'node_modules/.bin'));
  const folders = (isOfPackage ? [...own, ...path] : path).map((folder) => folder.slice(app.path.length + 1));
  for (const folder of folders) {
    const name = (isOfPackage && (await findProgramOf(app, join(folder, '..', program)))) || program;
    const bin = join(folder, name);
    if (await app.find(bin)) return followLink(bin, await app.readLink(bin));
  }
  return undefined;
}

/** By the text of the link alone: node_modules may itself be a link to where they are kept during the build. */
function followLink(bin: string, target: string | undefined): string {
  return target === undefined || target.startsWith('/') ? bin : join(bin, '..', target);
}

/** The program that a package is known for, which need not have its name. */
async function findProgramOf(app: FolderView, folder: string): Promise<string | undefined> {
  const { bin, name } = ((await app.readJson(join(folder, 'package.json'))) ?? {}) as { bin?: unknown; name?: unknown };
  const own = String(name).replace(/^@[^/]*\//, '');
  if (typeof bin === 'string') return own;
  const names = Object.keys(typeof bin === 'object' && bin !== null ? bin : {});
  return names.length === 1 ? names[0] : names.find((one) => one === own);
}

async function readInterpreter(app: FolderView, file: string): Promise<string | undefined> {
  const [line = ''] = ((await app.readText(file)) ?? '').split('\n', 1);
  return /^#!\s*(?:\S*\/env\s+)?(?:\S*\/)?([\w.-]+)\s*$/.exec(line.trimEnd())?.[1];
}
