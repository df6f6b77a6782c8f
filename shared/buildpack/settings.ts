import { parseSetting, type SettingRules } from '@dema/spec';

/**
 * One variable that an app developer may set, such as BP_NODE_VERSION for a build or BPL_JVM_HEAD_ROOM for the start of the
 * image. Made by `text`, `flag`, `list`, `folder`, `number` or `choice`.
 */
export interface Setting<T> extends SettingRules {
  help: string;
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

function createSetting<T>(rules: Omit<Setting<T>, 'parse'>): Setting<T> {
  return { ...rules, parse: (value, name) => parseSetting(rules, value, name) as T };
}

/** Any text; set to nothing is the same as not set. */
export function text(help: string, options: WithDefault<string>): Setting<string>;
export function text(help: string, options?: SettingOptions<string>): Setting<string | undefined>;
export function text(help: string, options: SettingOptions<string> = {}): Setting<string | undefined> {
  return createSetting({ kind: 'text', help, ...options });
}

/** True or false, in the spellings that Go's ParseBool knows, as in Paketo's settings. */
export function flag(help: string, options: SettingOptions<boolean> = {}): Setting<boolean> {
  return createSetting({ kind: 'flag', help, ...options, default: String(options.default ?? false) });
}

/** Names with commas between them. Not set is undefined (or the default); set to nothing is an empty list. */
export function list(help: string, options: WithDefault<string[]>): Setting<string[]>;
export function list(help: string, options?: SettingOptions<string[]>): Setting<string[] | undefined>;
export function list(help: string, options: SettingOptions<string[]> = {}): Setting<string[] | undefined> {
  return createSetting({ kind: 'list', help, ...options, default: options.default?.join(',') });
}

/** A folder of the app, relative to its root and inside it, without `./` and a trailing slash. */
export function folder(help: string, options: WithDefault<string>): Setting<string> {
  return createSetting({ kind: 'folder', help, ...options });
}

export interface NumberOptions extends SettingOptions<number> {
  least?: number;
  most?: number;
}

/** A whole number. */
export function number(help: string, options: NumberOptions & { default: number }): Setting<number>;
export function number(help: string, options?: NumberOptions): Setting<number | undefined>;
export function number(help: string, options: NumberOptions = {}): Setting<number | undefined> {
  return createSetting({ kind: 'number', help, ...options, default: options.default?.toString() });
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
  return createSetting({ kind: 'choice', help, choices, ...options });
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
