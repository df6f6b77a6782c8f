import { posix } from 'node:path';
import { settingInvalid } from './faults.ts';

/**
 * One variable that an app developer may set, such as BP_NODE_VERSION for a build or BPL_JVM_HEAD_ROOM for the start of the
 * image. Made by `text`, `flag`, `list`, `folder`, `number` or `choice`.
 */
export interface Setting<T> {
  kind: 'text' | 'flag' | 'list' | 'folder' | 'number' | 'choice';
  help: string;
  /** The default as somebody would write it in the variable; without one, the unset state has a meaning of its own. */
  default?: string;
  /** Of a choice, all that may be chosen. */
  choices?: readonly string[];
  /** Older names of the variable. They count where the name itself is not set, and the log says that they are old. */
  formerly?: string[];
  /** Value of the variable's text; undefined when it is not set. Fault SETTING_VALUE_INVALID. */
  parse(text: string | undefined, name: string): T;
}

export type Settings = Record<string, Setting<unknown>>;

export type Values<S extends Settings> = { readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

export type Environment = Record<string, string | undefined>;

export interface SettingOptions<T> {
  default?: T;
  formerly?: string[];
}

type WithDefault<T> = SettingOptions<T> & { default: T };

/** Any text; set to nothing is the same as not set. */
export function text(help: string, options: WithDefault<string>): Setting<string>;
export function text(help: string, options?: SettingOptions<string>): Setting<string | undefined>;
export function text(help: string, options: SettingOptions<string> = {}): Setting<string | undefined> {
  return { kind: 'text', help, ...options, parse: (value) => value?.trim() || options.default };
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** True or false, in the spellings that Go's ParseBool knows, as in Paketo's settings. */
export function flag(help: string, options: SettingOptions<boolean> = {}): Setting<boolean> {
  const fallback = options.default ?? false;
  function parse(value: string | undefined, name: string): boolean {
    if (!value) return fallback;
    if (TRUE.includes(value)) return true;
    if (FALSE.includes(value)) return false;
    throw settingInvalid(name, value, 'true or false');
  }
  return { kind: 'flag', help, ...options, default: String(fallback), parse };
}

/** Names with commas between them. Not set is undefined (or the default); set to nothing is an empty list. */
export function list(help: string, options: WithDefault<string[]>): Setting<string[]>;
export function list(help: string, options?: SettingOptions<string[]>): Setting<string[] | undefined>;
export function list(help: string, options: SettingOptions<string[]> = {}): Setting<string[] | undefined> {
  function parse(value: string | undefined): string[] | undefined {
    if (value === undefined) return options.default;
    const items = value.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }
  return { kind: 'list', help, ...options, default: options.default?.join(','), parse };
}

/** A folder of the app, relative to its root and inside it, without `./` and a trailing slash. */
export function folder(help: string, options: WithDefault<string>): Setting<string> {
  function parse(value: string | undefined, name: string): string {
    const normal = posix.normalize(value?.trim() || options.default).replace(/(?<=.)\/+$/, '');
    if (posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../')) {
      throw settingInvalid(name, value ?? '', "a folder inside the app, relative to the app's root");
    }
    return normal;
  }
  return { kind: 'folder', help, ...options, parse };
}

export interface NumberOptions extends SettingOptions<number> {
  least?: number;
  most?: number;
}

/** A whole number. */
export function number(help: string, options: NumberOptions & { default: number }): Setting<number>;
export function number(help: string, options?: NumberOptions): Setting<number | undefined>;
export function number(help: string, options: NumberOptions = {}): Setting<number | undefined> {
  const { least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER, formerly } = options;
  function parse(value: string | undefined, name: string): number | undefined {
    if (!value?.trim()) return options.default;
    const parsed = /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
    if (parsed >= least && parsed <= most) return parsed;
    throw settingInvalid(name, value, describeRange(options));
  }
  return { kind: 'number', help, formerly, default: options.default?.toString(), parse };
}

function describeRange({ least, most }: NumberOptions): string {
  if (least !== undefined && most !== undefined) return `a whole number from ${least} to ${most}`;
  if (least !== undefined) return `a whole number of at least ${least}`;
  return most === undefined ? 'a whole number' : `a whole number of at most ${most}`;
}

/** One of a few words, in whatever case. */
export function choice<const T extends string>(
  help: string,
  choices: readonly T[],
  options: WithDefault<NoInfer<T>>,
): Setting<T>;
export function choice<const T extends string>(
  help: string,
  choices: readonly T[],
  options?: SettingOptions<NoInfer<T>>,
): Setting<T | undefined>;
export function choice<const T extends string>(
  help: string,
  choices: readonly T[],
  options: SettingOptions<T> = {},
): Setting<T | undefined> {
  function parse(value: string | undefined, name: string): T | undefined {
    const wanted = value?.trim().toLowerCase();
    if (!wanted) return options.default;
    const found = choices.find((one) => one.toLowerCase() === wanted);
    if (found === undefined) throw settingInvalid(name, value ?? '', `one of ${choices.join(', ')}`);
    return found;
  }
  return { kind: 'choice', help, choices, ...options, parse };
}

export function readSettings<S extends Settings>(settings: S, env: Environment): Values<S> {
  const entries = Object.entries(settings).map(([name, setting]) => {
    const given = findGivenName(name, setting, env);
    return [name, setting.parse(env[given], given)];
  });
  return Object.fromEntries(entries) as Values<S>;
}

/** The name by which it is set, an older one perhaps. */
export function findGivenName(name: string, { formerly = [] }: Setting<unknown>, env: Environment): string {
  return [name, ...formerly].find((one) => env[one] !== undefined) ?? name;
}
