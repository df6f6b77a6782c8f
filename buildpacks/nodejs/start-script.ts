import type { FolderView } from '@dema/buildpack';
import { expandScript } from './expand-script.ts';
import type { LaunchStep, Word } from './launch-steps.ts';
import { quoteWord } from './shell-command.ts';

/**
 * How a script is started in the image, where there is no npm: as one command with variables of its own, or as steps that
 * follow each other.
 */
export type ScriptCommand = { command: string[]; variables: Record<string, string> } | { steps: LaunchStep[] };

/** The script with its pre and post scripts, as npm runs them. One plain command is started itself, without anything around it. */
export async function translateScript(
  folder: FolderView,
  scripts: Record<string, string>,
  name: string,
): Promise<ScriptCommand> {
  const steps = expandScript(scripts, name);
  return (await findOnlyCommand(folder, steps)) ?? { steps: await resolveSteps(folder, steps) };
}

async function findOnlyCommand(folder: FolderView, steps: LaunchStep[]): Promise<ScriptCommand | undefined> {
  const [step] = steps;
  if (!step || steps.length > 1 || 'shell' in step || isBuiltIn(step.words)) return undefined;
  const variables = Object.entries(step.assignments).filter((entry): entry is [string, string] => isText(entry[1]));
  const words = step.words.filter(isText);
  const isKnown = words.length === step.words.length && variables.length === Object.keys(step.assignments).length;
  if (!isKnown) return undefined;
  const command = await resolveProgram({ project: folder, place: folder, nameFile: (file) => file }, words);
  return { command: command.filter(isText), variables: Object.fromEntries(variables) };
}

/** A `cd` moves paths of the steps after it, but not programs of packages, which are therefore named in full. */
async function resolveSteps(folder: FolderView, steps: LaunchStep[]): Promise<LaunchStep[]> {
  const resolved: LaunchStep[] = [];
  let place: FolderView | undefined = folder;
  for (const step of steps) {
    if ('shell' in step || isBuiltIn(step.words)) resolved.push(step);
    else {
      const search = { project: folder, place, nameFile: (file: string) => folder.file(file) };
      resolved.push({ ...step, words: await resolveProgram(search, step.words) });
    }
    if (!('shell' in step) && step.words[0] === 'cd') place = moveTo(place, step.words[1]);
  }
  return resolved;
}

function moveTo(place: FolderView | undefined, target: Word | undefined): FolderView | undefined {
  return typeof target === 'string' && !target.startsWith('/') ? place?.at(target) : undefined;
}

function isBuiltIn([program]: Word[]): boolean {
  return program === 'cd' || program === 'export';
}

function isText(word: Word): word is string {
  return typeof word === 'string';
}

interface ProgramSearch {
  project: FolderView;
  /** Where the command runs; undefined when that shows only in the image. */
  place: FolderView | undefined;
  /** How a script of a package, by its path in the project, is named to Node.js. */
  nameFile(file: string): string;
}

/** A program by the words that start it without npm's search path and without a shell: scripts by Node.js itself. */
async function resolveProgram(search: ProgramSearch, words: Word[]): Promise<Word[]> {
  const [program = '', ...args] = words;
  if (!isText(program)) return words;
  if (program === 'npx' && args[0] !== undefined && isText(args[0]) && !args[0].startsWith('-')) {
    return resolveProgram(search, args);
  }
  const { project, place } = search;
  if (program.includes('/')) {
    const isScript = place && !program.startsWith('/') && (await readInterpreter(place, program)) === 'node';
    return isScript ? ['node', ...words] : words;
  }
  const bin = `node_modules/.bin/${program}`;
  if (!(await project.find(bin))) return words;
  const file = (await project.resolveLink(bin)) ?? bin;
  const interpreter = await readInterpreter(project, file);
  return interpreter === 'node' ? ['node', search.nameFile(file), ...args] : [project.file(file), ...args];
}

async function readInterpreter(folder: FolderView, file: string): Promise<string | undefined> {
  const [line = ''] = ((await folder.readText(file)) ?? '').split('\n', 1);
  return /^#!\s*(?:\S*\/env\s+)?(?:\S*\/)?([\w.-]+)\s*$/.exec(line.trimEnd())?.[1];
}

/** As somebody would write it. */
export function showSteps(steps: LaunchStep[]): string {
  const shown = steps.map((step) => {
    if ('shell' in step) return step.shell;
    const assignments = Object.entries(step.assignments).map(([name, value]) => `${name}=${quoteWord(value)}`);
    return [...assignments, ...step.words.map(quoteWord)].join(' ');
  });
  return shown.join(' && ');
}
