import type { FolderView } from '@dema/buildpack';
import { type PlainCommand, parsePlainCommand, quoteWord, splitChain } from './shell-command.ts';

/** A command of a chain: one that needs no shell, or the text for one. */
type Step = PlainCommand | { shell: string };

/** How a script is started in the image, where there is no npm. */
export interface ScriptCommand {
  command: string[];
  /** Variables for the process. */
  variables: Record<string, string>;
}

const MAX_DEPTH = 10;

/**
 * The script with its pre and post scripts, as npm runs them. Where it is one plain command that command is started
 * itself; only what needs a shell gets one, which then gives way to the last command.
 */
export async function translateScript(
  folder: FolderView,
  scripts: Record<string, string>,
  name: string,
): Promise<ScriptCommand> {
  const steps = expandScript(scripts, name, MAX_DEPTH);
  const [first] = steps;
  if (steps.length === 1 && first && !('shell' in first)) {
    return { command: await resolveProgram(folder, first.words), variables: first.assignments };
  }
  const lines = await Promise.all(steps.map((step, index) => renderStep(folder, step, index === steps.length - 1)));
  return { command: ['sh', '-c', lines.join(' && '), name], variables: {} };
}

function expandScript(scripts: Record<string, string>, name: string, depth: number): Step[] {
  const present = [`pre${name}`, name, `post${name}`].flatMap((script) => scripts[script] ?? []);
  return present.flatMap(splitChain).flatMap((text): Step[] => {
    const plain = parsePlainCommand(text);
    if (!plain) return [{ shell: text }];
    const inner = findScriptCall(plain.words, scripts);
    if (!inner || depth === 0 || Object.keys(plain.assignments).length > 0) return [plain];
    return withArguments(expandScript(scripts, inner.name, depth - 1), inner.args);
  });
}

/** The script that `npm run NAME`, `npm start` and the like stand for. */
function findScriptCall(
  words: string[],
  scripts: Record<string, string>,
): { name: string; args: string[] } | undefined {
  const [program = '', verb = '', ...rest] = words;
  if (!['npm', 'yarn', 'pnpm'].includes(program) || rest.some(isElsewhere)) return undefined;
  const [name = '', ...args] = ['run', 'run-script'].includes(verb) ? rest : [verb, ...rest];
  return scripts[name] === undefined ? undefined : { name, args: args[0] === '--' ? args.slice(1) : args };
}

/** Options by which a package manager runs the script of another package. */
function isElsewhere(word: string): boolean {
  return /^(-w|--workspaces?|--prefix|-C|--filter|-F)(=|$)/.test(word);
}

function withArguments(steps: Step[], args: string[]): Step[] {
  const last = steps.at(-1);
  if (!last || args.length === 0) return steps;
  const changed =
    'shell' in last
      ? { shell: [last.shell, ...args.map(quoteWord)].join(' ') }
      : { ...last, words: [...last.words, ...args] };
  return [...steps.slice(0, -1), changed];
}

async function renderStep(folder: FolderView, step: Step, isLast: boolean): Promise<string> {
  if ('shell' in step) return isLast && isSimple(step.shell) ? `exec ${step.shell} "$@"` : step.shell;
  const words = (await resolveInChain(folder, step.words)).map(quoteWord).join(' ');
  const assignments = Object.entries(step.assignments).map(([name, value]) => `${name}=${quoteWord(value)}`);
  const command = assignments.length > 0 ? `env ${assignments.join(' ')} ${words}` : words;
  return isLast ? `exec ${command} "$@"` : command;
}

/** One program with its arguments, so that it may take the shell's place: no operators, no assignments, no words of the shell's own. */
function isSimple(text: string): boolean {
  const [word = ''] = text.split(/\s/);
  return (
    !/[|&;<>(){}`\n]/.test(text) &&
    !word.includes('=') &&
    !/^(cd|export|set|unset|if|for|while|case|exec|source|\.|!|eval|trap|ulimit|umask|:)$/.test(word)
  );
}

/** After a `cd` paths of the project's folder would lead elsewhere: programs of packages are named in full, the script's own paths stay. */
async function resolveInChain(folder: FolderView, words: string[]): Promise<string[]> {
  if (words[0]?.includes('/')) return words;
  const resolved = await resolveProgram(folder, words);
  const isFile = (word: string) => word.startsWith('node_modules/');
  return resolved.map((word, index) => (index < 2 && isFile(word) && !words.includes(word) ? folder.file(word) : word));
}

/** A program by the words that start it without npm's search path: scripts of packages run by Node.js itself. */
async function resolveProgram(folder: FolderView, words: string[]): Promise<string[]> {
  const [program = '', ...args] = words;
  if (program === 'npx' && args[0] !== undefined && !args[0].startsWith('-')) return resolveProgram(folder, args);
  const bin = `node_modules/.bin/${program}`;
  const file = program.includes('/') ? program : (await folder.find(bin)) && ((await folder.resolveLink(bin)) ?? bin);
  if (!file || !(await folder.find(file))) return words;
  const interpreter = await readInterpreter(folder, file);
  if (interpreter === 'node') return ['node', file, ...args];
  return program.includes('/') ? words : [folder.file(file), ...args];
}

async function readInterpreter(folder: FolderView, file: string): Promise<string | undefined> {
  const [line = ''] = ((await folder.readText(file)) ?? '').split('\n', 1);
  return /^#!\s*(?:\S*\/env\s+)?(?:\S*\/)?([\w.-]+)\s*$/.exec(line.trimEnd())?.[1];
}
