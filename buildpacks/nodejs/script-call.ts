import type { Word } from './launch-steps.ts';

/** What a call of npm or one of its kind stands for. */
export type ScriptCall =
  | ({ kind: 'script'; name: string; args: Word[]; mayBeProgram?: boolean } & CallOptions)
  /** A program of a package: `npx`, `npm exec`. */
  | ({ kind: 'program'; words: Word[] } & CallOptions)
  /** What only the manager itself does. */
  | { kind: 'other' };

export interface CallOptions {
  /** Folder of the package, as it is written. */
  prefix?: string;
  /** Names of workspaces, or their folders. */
  workspaces: string[];
  /** A script that is not there is no mistake. */
  ifPresent: boolean;
  /** Without its pre and post scripts. */
  isAlone: boolean;
  /** For options that npm does not know: the script finds them in its environment. */
  variables: Record<string, string>;
}

/** A call of npm, npx, Yarn, pnpm or `node --run`; undefined for other commands. */
export function findScriptCall([program = '', ...args]: Word[]): ScriptCall | undefined {
  if (program === 'npm') return readNpmCall(args);
  if (program === 'npx') return readProgramCall(args);
  if (program === 'yarn' || program === 'pnpm') return readOtherCall(args);
  const runsScript = program === 'node' && args[0] === '--run' && typeof args[1] === 'string';
  if (!runsScript) return undefined;
  const rest = args[2] === '--' ? args.slice(3) : args.slice(2);
  return { kind: 'script', name: `${args[1]}`, args: rest, ...NO_OPTIONS, isAlone: true };
}

const NO_OPTIONS: CallOptions = { workspaces: [], ifPresent: false, isAlone: false, variables: {} };

const SHORT: Record<string, string> = { w: 'workspace', C: 'prefix', y: 'yes', c: 'call', p: 'package' };

/** Those that say how npm works, not what it does. */
const IGNORED_FLAGS = new Set(
  'silent s quiet q d dd ddd verbose yes no offline prefer-offline no-install no-audit no-fund no-progress no-update-notifier production include-workspace-root foreground-scripts no-color color'.split(
    ' ',
  ),
);
const WITH_VALUE = new Set(
  'workspace prefix loglevel script-shell userconfig globalconfig cache registry call package'.split(' '),
);
const IGNORED_VALUES = new Set('loglevel userconfig globalconfig cache registry'.split(' '));

interface Line {
  words: Word[];
  options: CallOptions;
  /** An option changes what the call does in a way that cannot be followed. */
  isOther: boolean;
}

/** Options of npm stand anywhere before `--`; with `isOpen` only before the first other word. */
function readLine(words: Word[], isOpen = false): Line {
  const line: Line = { words: [], options: { ...NO_OPTIONS, workspaces: [], variables: {} }, isOther: false };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const option = typeof word === 'string' ? /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) : undefined;
    if (word === '--' || (isOpen && !option)) {
      line.words.push(...words.slice(word === '--' ? at + 1 : at));
      break;
    }
    if (option) {
      const name = SHORT[option[1] ?? ''] ?? option[1] ?? '';
      const takesNext = option[2] === undefined && takesValue(name, words[at + 1]);
      addOption(line, name, takesNext ? words[at + 1] : option[2]);
      if (takesNext) at += 1;
    } else line.words.push(word);
  }
  return line;
}

/** As npm reads its command line: an option that it does not know takes the next word for its value. */
function takesValue(name: string, next: Word | undefined): boolean {
  if (WITH_VALUE.has(name)) return true;
  const isFlag = IGNORED_FLAGS.has(name) || name in FLAGS || name.startsWith('no-');
  return !isFlag && typeof next === 'string' && !next.startsWith('-');
}

const FLAGS: Record<string, (line: Line) => void> = {
  'if-present': ({ options }) => {
    options.ifPresent = true;
  },
  'ignore-scripts': ({ options }) => {
    options.isAlone = true;
  },
  workspaces: setOther,
  ws: setOther,
};

function setOther(line: Line): void {
  line.isOther = true;
}

function addOption(line: Line, name: string, value: Word | undefined): void {
  const flag = FLAGS[name];
  if (flag) flag(line);
  else if (name === 'workspace' && typeof value === 'string') line.options.workspaces.push(value);
  else if (name === 'prefix' && typeof value === 'string') line.options.prefix = value;
  else if (IGNORED_FLAGS.has(name) || IGNORED_VALUES.has(name)) return;
  else if (WITH_VALUE.has(name) || (value !== undefined && typeof value !== 'string')) line.isOther = true;
  else if (name.startsWith('no-')) line.options.variables[variableOf(name.slice(3))] = '';
  else line.options.variables[variableOf(name)] = value ?? 'true';
}

function variableOf(option: string): string {
  return `npm_config_${option.replace(/(?!^)-/g, '_')}`;
}

const RUN = ['run', 'run-script', 'rum', 'urn'];
const ALIASES: Record<string, string> = { start: 'start', stop: 'stop', test: 'test', t: 'test', tst: 'test' };

function readNpmCall(args: Word[]): ScriptCall {
  const verbAt = args.findIndex((word) => typeof word === 'string' && (word === 'exec' || word === 'x'));
  const { words, options, isOther } = readLine(args);
  const [verb = '', ...rest] = words;
  if (isOther || typeof verb !== 'string') return { kind: 'other' };
  if (verb === 'exec' || verb === 'x') return readProgramCall(args.toSpliced(verbAt, 1));
  const [name = '', ...others] = RUN.includes(verb) ? rest : [ALIASES[verb] ?? '', ...rest];
  if (typeof name !== 'string' || name === '') return { kind: 'other' };
  return { kind: 'script', name, args: others, ...options };
}

/** What stands after the program's name is for the program. */
function readProgramCall(args: Word[]): ScriptCall {
  const { words, options, isOther } = readLine(args, true);
  return isOther || words.length === 0 ? { kind: 'other' } : { kind: 'program', words, ...options };
}

/** `yarn NAME`, `yarn run NAME`, `yarn workspace PACKAGE NAME`, `pnpm --filter PACKAGE NAME`, `pnpm -C FOLDER NAME` and the like. */
function readOtherCall(args: Word[]): ScriptCall {
  const options: CallOptions = { ...NO_OPTIONS, workspaces: [] };
  for (let rest = args; ; ) {
    const [word = '', value = '', ...more] = rest;
    if (word === '-s' || word === '--silent' || word === 'run' || word === 'exec') rest = rest.slice(1);
    else if (typeof value === 'string' && ['workspace', '--filter', '-F'].includes(`${word}`)) {
      options.workspaces.push(value);
      rest = more;
    } else if (typeof value === 'string' && ['--cwd', '-C', '--dir'].includes(`${word}`)) {
      options.prefix = value;
      rest = more;
    } else {
      const isName = typeof word === 'string' && word !== '' && !word.startsWith('-');
      const args = value === '--' ? more : rest.slice(1);
      return isName ? { kind: 'script', name: word, args, mayBeProgram: true, ...options } : { kind: 'other' };
    }
  }
}
