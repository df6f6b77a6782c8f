import { relative, resolve } from 'node:path/posix';
import type { FolderView } from '@dema/buildpack';
import { expandScript, moveTo } from './expand-script.ts';
import type { Assignments, LaunchStep, StepGroup, Word } from './launch-steps.ts';
import { resolveProgram } from './resolve-program.ts';
import type { PackagePlaces, ScriptPackage } from './script-package.ts';
import { quoteWord, splitAssignment } from './shell-command.ts';
import { addExec } from './shell-text.ts';

/**
 * How a script is started in the image, where there is no npm: as one command in a folder of its own, or as steps that
 * follow each other.
 */
export type ScriptCommand = OnlyCommand | { steps: LaunchStep[] };

export interface OnlyCommand {
  command: string[];
  /** Absolute. */
  folder: string;
  /** Set by the script itself: they win over those of the image. */
  variables: Record<string, string>;
  /** What npm sets, unless it is set. */
  defaults: Record<string, string>;
  /** Folders with programs, before those of PATH. */
  path: string[];
  /** What a shell is for, as it is written. */
  shell?: string;
}

/** The script with its pre and post scripts, as npm runs them. One command is started itself, without anything around it. */
export async function translateScript(
  places: PackagePlaces,
  from: ScriptPackage,
  name: string,
): Promise<ScriptCommand> {
  const steps = await expandScript(places, from, name);
  const only = await findOnlyStep(places, steps, places.app.at(from.folder).path);
  return (only && (await composeOnly(places, only))) ?? { steps: await resolveSteps(places, steps, from.folder) };
}

type OnlyGroup = StepGroup & { folder: string };

interface OnlyStep {
  leaf: Exclude<LaunchStep, StepGroup>;
  group: OnlyGroup;
}

/** What groups around a single command amount to, and folders and variables that are set before it. */
async function findOnlyStep(places: PackagePlaces, steps: LaunchStep[], folder: string): Promise<OnlyStep | undefined> {
  let group: OnlyGroup = { folder, variables: {}, path: [], assignments: {}, steps };
  for (;;) {
    const [step, ...more] = group.steps;
    if (!step || step.when) return undefined;
    const next = more.length > 0 ? await absorb(places, step, { ...group, steps: more }) : undefined;
    if (more.length > 0 && !next) return undefined;
    if (next) group = next;
    else if ('steps' in step) group = enter(step, group);
    else return { leaf: step, group };
  }
}

function enter(inner: StepGroup, outer: OnlyGroup): OnlyGroup {
  return {
    folder: inner.folder ?? outer.folder,
    variables: { ...outer.variables, ...inner.variables },
    path: inner.path.length > 0 ? inner.path : outer.path,
    assignments: { ...outer.assignments, ...inner.assignments },
    steps: inner.steps,
  };
}

/** A `cd` to a folder that is there, or an `export`. */
async function absorb({ app }: PackagePlaces, step: LaunchStep, group: OnlyGroup): Promise<OnlyGroup | undefined> {
  if (!('words' in step) || Object.keys(step.assignments).length > 0) return undefined;
  const [program, ...args] = step.words;
  if (program === 'export') {
    return { ...group, assignments: { ...group.assignments, ...Object.fromEntries(args.map(splitAssignment)) } };
  }
  if (program !== 'cd' || typeof args[0] !== 'string') return undefined;
  const folder = resolve(group.folder, args[0]);
  return (await app.isFolder(relative(app.path, folder))) ? { ...group, folder } : undefined;
}

/** Undefined when something about it is known only in the image, or is for a shell to do. */
async function composeOnly({ app }: PackagePlaces, { leaf, group }: OnlyStep): Promise<OnlyCommand | undefined> {
  const { folder, variables: defaults, path } = group;
  const own = 'shell' in leaf ? {} : leaf.assignments;
  const variables = asTexts({ ...group.assignments, ...own });
  if (!variables) return undefined;
  if ('shell' in leaf) {
    if (!leaf.isSimple) return undefined;
    const { shell } = leaf;
    return { command: ['sh', '-c', `${addExec(shell)} "$@"`, 'start'], shell, folder, variables, defaults, path };
  }
  if (isBuiltIn(leaf.words)) return undefined;
  const place = relative(app.path, folder) || '.';
  const words = await resolveProgram({ app, place, path, nameFile: (file) => nameFrom(app, place, file) }, leaf);
  return words.every(isText) ? { command: words, folder, variables, defaults, path } : undefined;
}

/** A file of the app as it is named in a folder of it: relative, as long as it is below. */
function nameFrom(app: FolderView, place: string, file: string): string {
  const name = relative(place, file);
  return name.startsWith('..') ? app.file(file) : name;
}

/** A `cd` moves paths of the steps after it, but not programs of packages, which are therefore named in full. */
async function resolveSteps(
  places: PackagePlaces,
  steps: LaunchStep[],
  start: string | undefined,
  path: string[] = [],
): Promise<LaunchStep[]> {
  const { app } = places;
  const resolved: LaunchStep[] = [];
  let place = start;
  for (const step of steps) {
    if ('steps' in step) {
      const folder = step.folder === undefined ? place : relative(app.path, step.folder) || '.';
      const inner = await resolveSteps(places, step.steps, folder, step.path.length > 0 ? step.path : path);
      resolved.push({ ...step, steps: inner });
    } else if ('shell' in step || isBuiltIn(step.words)) resolved.push(step);
    else {
      const { isOfPackage, ...rest } = step;
      const search = { app, place, path, nameFile: (file: string) => app.file(file) };
      resolved.push({ ...rest, words: await resolveProgram(search, step) });
    }
    if ('words' in step && step.words[0] === 'cd') place = moveTo(place, step.words[1], places);
  }
  return resolved;
}

/** What the program that runs steps does itself. */
function isBuiltIn([program]: Word[]): boolean {
  return program === 'cd' || program === 'export' || program === 'echo' || program === 'true';
}

function isText(word: Word): word is string {
  return typeof word === 'string';
}

function asTexts(assignments: Assignments): Record<string, string> | undefined {
  const entries = Object.entries(assignments);
  return entries.every(([, value]) => isText(value)) ? (assignments as Record<string, string>) : undefined;
}

/** As somebody would write it. */
export function showSteps(steps: LaunchStep[], folder: string): string {
  const shown = steps.map((step, index) => {
    const operator = step.when === 'always' ? '; ' : step.when === 'failed' ? ' || ' : ' && ';
    const isApart = step.when !== undefined || steps[index + 1]?.when !== undefined;
    return `${index === 0 ? '' : operator}${showStep(step, folder, isApart)}`;
  });
  return shown.join('');
}

function showStep(step: LaunchStep, folder: string, isApart: boolean): string {
  if ('shell' in step) return step.shell;
  const assignments = Object.entries(step.assignments)
    .map(([name, value]) => `${name}=${quoteWord(value)} `)
    .join('');
  if ('words' in step) return `${assignments}${step.words.map(quoteWord).join(' ')}`;
  const place = step.folder ?? folder;
  const inner = showSteps(step.steps, place);
  if (place !== folder) return `${assignments}(cd ${relative(folder, place)} && ${inner})`;
  const isGroup = step.steps.length > 1 && (isApart || assignments !== '');
  return isGroup ? `${assignments}(${inner})` : `${assignments}${inner}`;
}
