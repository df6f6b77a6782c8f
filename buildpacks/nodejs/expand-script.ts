import type { LaunchStep, PlainCommand, Word } from './launch-steps.ts';
import { isAssignment, parsePlainCommand, quoteWord, splitAssignment, splitChain } from './shell-command.ts';

type Scripts = Record<string, string>;

const MAX_DEPTH = 10;

/** Words that change the shell they stand in, or are part of its grammar: what follows them needs the same shell. */
const SHELL_WORDS =
  'set unset source . eval trap ulimit umask alias shift return exit wait read : ! if for while until case time function'.split(
    ' ',
  );

/**
 * The commands that `npm run NAME` runs, one after the other: the script with its pre and post scripts, and in place of
 * `npm run OTHER` the commands of that script. What only a shell can tell is left to one, as a whole.
 */
export function expandScript(scripts: Scripts, name: string, depth = MAX_DEPTH): LaunchStep[] {
  const around = (script: string) => withoutArguments(expandText(scripts, scripts[script], depth));
  return [...around(`pre${name}`), ...expandText(scripts, scripts[name], depth), ...around(`post${name}`)];
}

function expandText(scripts: Scripts, text: string | undefined, depth: number): LaunchStep[] {
  if (!text) return [];
  const parts = splitChain(text);
  const commands = parts.map(parsePlainCommand);
  const needsShell = commands.some((command, index) => (command ? isOfShell(command) : index < parts.length - 1));
  if (needsShell) return [{ shell: text, takesArguments: true }];
  const steps = commands.map((command, index) => {
    if (!command) return [{ shell: parts[index] ?? '', takesArguments: true }];
    return expandCommand(scripts, unwrap(command), depth);
  });
  return steps.flatMap((some, index) => (index < steps.length - 1 ? withoutArguments(some) : some));
}

function expandCommand(scripts: Scripts, command: PlainCommand, depth: number): LaunchStep[] {
  const inner = findScriptCall(command.words, scripts);
  const isSame = !inner || depth === 0 || Object.keys(command.assignments).length > 0;
  if (isSame) return [{ ...command, takesArguments: true }];
  return expandScript(scripts, inner.name, depth - 1).map((step) => addArguments(step, inner.args));
}

function isOfShell({ words: [program = '', ...args] }: PlainCommand): boolean {
  if (typeof program !== 'string') return true;
  if (program === 'cd') return args.length !== 1 || args[0] === '-';
  return program === 'export' ? !args.every(isAssignment) : SHELL_WORDS.includes(program);
}

/** `exec`, `env` and `cross-env` before a command add nothing but variables to it. */
function unwrap(command: PlainCommand): PlainCommand {
  const [program = '', ...rest] = command.words;
  if (typeof program !== 'string' || !['exec', 'env', 'cross-env'].includes(program)) return command;
  const first = rest.findIndex((word) => !isAssignment(word));
  const isOption = typeof rest[first] === 'string' && rest[first].startsWith('-');
  if (first === -1 || isOption || (program === 'exec' && first > 0)) return command;
  const assignments = Object.fromEntries(rest.slice(0, first).map(splitAssignment));
  return { assignments: { ...command.assignments, ...assignments }, words: rest.slice(first) };
}

/** The script that `npm run NAME`, `npm start` and the like stand for. */
function findScriptCall(words: Word[], scripts: Scripts): { name: string; args: Word[] } | undefined {
  const [program = '', verb = '', ...rest] = words.filter((word) => word !== '-s' && word !== '--silent');
  if (typeof program !== 'string' || !['npm', 'yarn', 'pnpm'].includes(program)) return undefined;
  if (rest.some(isElsewhere)) return undefined;
  const [name = '', ...args] = verb === 'run' || verb === 'run-script' ? rest : [verb, ...rest];
  if (typeof name !== 'string' || scripts[name] === undefined) return undefined;
  return { name, args: args[0] === '--' ? args.slice(1) : args };
}

/** Options by which a package manager runs the script of another package. */
function isElsewhere(word: Word): boolean {
  return typeof word === 'string' && /^(-w|--workspaces?|--prefix|-C|--filter|-F)(=|$)/.test(word);
}

function withoutArguments(steps: LaunchStep[]): LaunchStep[] {
  return steps.map((step) => ({ ...step, takesArguments: false }));
}

function addArguments(step: LaunchStep, args: Word[]): LaunchStep {
  if (!step.takesArguments || args.length === 0) return step;
  if ('shell' in step) return { ...step, shell: [step.shell, ...args.map(quoteWord)].join(' ') };
  return { ...step, words: [...step.words, ...args] };
}
