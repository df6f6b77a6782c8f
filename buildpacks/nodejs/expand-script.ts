import { join } from 'node:path/posix';
import { addArguments, addVariables, groupSteps, withoutArguments } from './change-steps.ts';
import { startScriptCallUnknown, startScriptCircular, startScriptNeedsNpm } from './faults.ts';
import type { LaunchStep, PlainCommand, StepGroup, Word } from './launch-steps.ts';
import { type CallOptions, findScriptCall, type ScriptCall } from './script-call.ts';
import {
  findPackageAround,
  findWorkspace,
  foldersUpFrom,
  type PackagePlaces,
  readPackage,
  type ScriptPackage,
  scriptVariables,
} from './script-package.ts';
import { isAssignment, parsePlainCommand, quoteWord, splitAssignment } from './shell-command.ts';
import { type ChainPart, findManagerCall, isOfShell, isSimpleCommand, splitChain } from './shell-text.ts';

interface Expansion extends PackagePlaces {
  /** The scripts that are being expanded, from the outermost inwards. */
  trail: ScriptName[];
}

interface ScriptName {
  package: ScriptPackage;
  name: string;
}

/**
 * The commands that `npm run NAME` runs, one after the other: the script with its pre and post scripts, and in place of a call
 * of npm what that would run. What only a shell can tell is left to one. Faults NODEJS_START_SCRIPT_CIRCULAR,
 * NODEJS_START_SCRIPT_CALL_UNKNOWN, NODEJS_START_SCRIPT_NEEDS_NPM.
 */
export function expandScript(places: PackagePlaces, from: ScriptPackage, name: string): Promise<LaunchStep[]> {
  return expandNamed({ ...places, trail: [] }, { package: from, name }, false);
}

async function expandNamed(expansion: Expansion, script: ScriptName, isAlone: boolean): Promise<LaunchStep[]> {
  const { trail } = expansion;
  const inner = { ...expansion, trail: [...trail, script] };
  if (trail.some((outer) => nameOf(outer) === nameOf(script))) throw startScriptCircular(inner.trail.map(nameOf));
  const { scripts } = script.package.manifest;
  const names = [`pre${script.name}`, script.name, `post${script.name}`];
  const groups: LaunchStep[] = [];
  for (const name of isAlone ? [script.name] : names) {
    const text = scripts[name];
    if (!text) continue;
    const group = await expandText(inner, { package: script.package, name }, text);
    groups.push(name === script.name ? group : withoutArguments(group));
  }
  return groups;
}

function nameOf({ package: { folder }, name }: ScriptName): string {
  return folder === '.' ? name : `${name} in ${folder}`;
}

async function expandText(expansion: Expansion, script: ScriptName, text: string): Promise<StepGroup> {
  const { app } = expansion;
  const { folder } = script.package;
  const steps = await expandChain({ ...expansion, script }, splitChain(text), text);
  return {
    folder: app.at(folder).path,
    variables: scriptVariables(expansion, script.package, script.name),
    path: foldersUpFrom(folder).map((place) => app.file(place, 'node_modules/.bin')),
    assignments: {},
    steps: steps.map((step, index) => (index < steps.length - 1 ? withoutArguments(step) : step)),
  };
}

interface ScriptExpansion extends Expansion {
  script: ScriptName;
}

async function expandChain(expansion: ScriptExpansion, parts: ChainPart[], whole: string): Promise<LaunchStep[]> {
  const commands = parts.map(({ text }) => parsePlainCommand(text));
  if (parts.some((part, index) => changesShell(part, commands[index]))) return [leaveToShell(expansion, whole)];
  const steps: LaunchStep[] = [];
  let place: string | undefined = expansion.script.package.folder;
  for (const [index, { text, when }] of parts.entries()) {
    const command = commands[index];
    const some = command ? await expandCommand(expansion, unwrap(command), place) : [leaveToShell(expansion, text)];
    if (some.length > 0 || when) steps.push({ ...asOne(some), ...(when && { when }) });
    if (command?.words[0] === 'cd') place = moveTo(place, command.words[1], expansion);
  }
  return steps;
}

/** Where a `cd` leads, relative to the app's root; undefined when that shows only in the image. */
export function moveTo(
  place: string | undefined,
  target: Word | undefined,
  { app }: PackagePlaces,
): string | undefined {
  if (typeof target !== 'string') return undefined;
  if (!target.startsWith('/')) return place === undefined ? undefined : withoutSlash(join(place, target));
  const inside = `${target}/`.startsWith(`${app.path}/`);
  return inside ? withoutSlash(join('.', target.slice(app.path.length))) : undefined;
}

function withoutSlash(path: string): string {
  return path.replace(/(?!^)\/$/, '');
}

function asOne(steps: LaunchStep[]): LaunchStep {
  const [only] = steps;
  if (!only) return { words: ['true'], assignments: {} };
  return steps.length === 1 ? only : groupSteps(steps);
}

function leaveToShell(expansion: ScriptExpansion, text: string): LaunchStep {
  const call = findManagerCall(text);
  if (call) throw startScriptNeedsNpm(nameOf(expansion.script), call);
  return { shell: text, isSimple: isSimpleCommand(text), takesArguments: true };
}

/** Whether what follows a command needs the same shell. */
function changesShell({ text }: ChainPart, command: PlainCommand | undefined): boolean {
  if (!command) return isOfShell(/^(?:[A-Za-z_]\w*=\S*\s*)*(\S*)/.exec(text)?.[1] || ':');
  const [program = '', ...args] = command.words;
  if (typeof program !== 'string') return false;
  if (program === 'cd') return args.length !== 1 || args[0] === '-';
  return program === 'export' ? !args.every(isAssignment) : isOfShell(program);
}

/** `exec`, `env` and `cross-env` before a command add nothing but variables to it. */
function unwrap(command: PlainCommand): PlainCommand {
  const [program = '', ...rest] = command.words;
  if (typeof program !== 'string' || !['exec', 'env', 'cross-env'].includes(program)) return command;
  const first = rest.findIndex((word) => !isAssignment(word));
  const isOption = typeof rest[first] === 'string' && rest[first].startsWith('-');
  if (first === -1 || isOption || (program === 'exec' && first > 0)) return command;
  const assignments = Object.fromEntries(rest.slice(0, first).map(splitAssignment));
  return unwrap({ assignments: { ...command.assignments, ...assignments }, words: rest.slice(first) });
}

async function expandCommand(
  expansion: ScriptExpansion,
  command: PlainCommand,
  place: string | undefined,
): Promise<LaunchStep[]> {
  const { words, assignments } = command;
  const call = findScriptCall(words);
  const isSimple = !call && !callsManager(words);
  if (isSimple) return [{ ...command, takesArguments: true }];
  if (!call || call.kind === 'other') throw needsNpm(expansion, words);
  const steps = await expandCall(expansion, call, place, words);
  if (Object.keys(assignments).length === 0) return steps;
  return [{ ...groupSteps(steps), assignments }];
}

/** Whether a program that stands before it would call npm: `concurrently "npm:serve-*"`, `dotenv -- npm start`. */
function callsManager([program, ...args]: Word[]): boolean {
  if (typeof program === 'string' && /^(run-[sp]|npm-run-all2?)$/.test(program)) return true;
  return args.some((word, index) => {
    if (typeof word !== 'string') return false;
    const followed = typeof args[index + 1] === 'string' ? `${args[index + 1]}` : '';
    return /^(npm:\S|(npm|npx|yarn|pnpm)\s+\S)/.test(word) || (/^np[mx]$/.test(word) && /^[a-z]/.test(followed));
  });
}

function needsNpm({ script }: ScriptExpansion, words: Word[]) {
  return startScriptNeedsNpm(nameOf(script), words.map(quoteWord).join(' '));
}

async function expandCall(
  expansion: ScriptExpansion,
  call: Exclude<ScriptCall, { kind: 'other' }>,
  place: string | undefined,
  words: Word[],
): Promise<LaunchStep[]> {
  if (place === undefined) throw needsNpm(expansion, words);
  const groups: LaunchStep[] = [];
  for (const target of await findTargets(expansion, call, place, words)) {
    const steps =
      call.kind === 'program'
        ? runProgram(expansion, target, call, call.words)
        : await runScript(expansion, target, call, words);
    groups.push(...steps.map((step) => addVariables(step, call.variables)));
  }
  return groups;
}

/** The packages that the call is for. */
async function findTargets(
  expansion: ScriptExpansion,
  { prefix, workspaces }: CallOptions,
  place: string,
  words: Word[],
): Promise<ScriptPackage[]> {
  const unknown = (problem: string) =>
    startScriptCallUnknown(nameOf(expansion.script), words.map(quoteWord).join(' '), problem);
  const root = prefix === undefined ? undefined : moveTo(place, prefix, expansion);
  const outer =
    prefix === undefined ? await findPackageAround(expansion, place) : root && (await readPackage(expansion, root));
  if (!outer) throw unknown(`there is no package.json in ${prefix ?? place}`);
  const found = workspaces.map(async (name) => {
    const one = await findWorkspace(expansion, outer.folder, name);
    if (!one) throw unknown(`there is no workspace ${name}`);
    return one;
  });
  return workspaces.length === 0 ? [outer] : Promise.all(found);
}

async function runScript(
  expansion: ScriptExpansion,
  target: ScriptPackage,
  call: Extract<ScriptCall, { kind: 'script' }>,
  words: Word[],
): Promise<LaunchStep[]> {
  const { scripts } = target.manifest;
  const { name, args } = call;
  if (scripts[name]) {
    const steps = await expandNamed(expansion, { package: target, name }, call.isAlone);
    return steps.map((step) => addArguments(step, args));
  }
  if (call.mayBeProgram) return runProgram(expansion, target, call, [name, ...args]);
  const isDefault = name === 'start' && (await expansion.app.at(target.folder).has('server.js'));
  if (isDefault) return [{ ...groupSteps([startOf(args)]), folder: expansion.app.at(target.folder).path }];
  if (call.ifPresent) return [];
  const where = target.folder === '.' ? 'package.json' : `${target.folder}/package.json`;
  const problem = `${where} has no script "${name}"`;
  throw startScriptCallUnknown(nameOf(expansion.script), words.map(quoteWord).join(' '), problem);
}

/** What npm does without a start script, where there is such a file. */
function startOf(args: Word[]): LaunchStep {
  return { words: ['node', 'server.js', ...args], assignments: {}, takesArguments: true };
}

/** A program of a package, which is looked for when the packages are there: see `resolveSteps`. */
function runProgram(
  { app }: ScriptExpansion,
  { folder }: ScriptPackage,
  call: CallOptions,
  words: Word[],
): LaunchStep[] {
  const steps = [{ words, assignments: {}, isOfPackage: true, takesArguments: true }];
  return call.workspaces.length === 0 ? steps : [{ ...groupSteps(steps), folder: app.at(folder).path }];
}
