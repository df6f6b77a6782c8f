import { posix } from 'node:path';
import { settingInvalid } from './faults.ts';

/** One variable that an app developer may set for a build, such as BP_NODE_VERSION. Made by `text`, `flag`, `list` or `folder`. */
export interface Setting<T> {
  kind: 'text' | 'flag' | 'list' | 'folder';
  help: string;
  /** The default as somebody would write it in the variable; without one, the unset state has a meaning of its own. */
  default?: string;
  /** Value of the variable's text; undefined when it is not set. Fault SETTING_VALUE_INVALID. */
  parse(text: string | undefined, name: string): T;
}

export type Settings = Record<string, Setting<unknown>>;

export type Values<S extends Settings> = { readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

export type Environment = Record<string, string | undefined>;

/** Any text; set to nothing is the same as not set. */
export function text(help: string): Setting<string | undefined>;
export function text(help: string, options: { default: string }): Setting<string>;
export function text(help: string, options: { default?: string } = {}): Setting<string | undefined> {
  return { kind: 'text', help, default: options.default, parse: (value) => value?.trim() || options.default };
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** True or false, in the spellings that Go's ParseBool knows, as in Paketo's settings. */
export function flag(help: string, options: { default?: boolean } = {}): Setting<boolean> {
  const fallback = options.default ?? false;
  function parse(value: string | undefined, name: string): boolean {
    if (!value) return fallback;
    if (TRUE.includes(value)) return true;
    if (FALSE.includes(value)) return false;
    throw settingInvalid(name, value, 'true or false');
  }
  return { kind: 'flag', help, default: String(fallback), parse };
}

/** Names with commas between them. Not set is undefined (or the default); set to nothing is an empty list. */
export function list(help: string): Setting<string[] | undefined>;
export function list(help: string, options: { default: string[] }): Setting<string[]>;
export function list(help: string, options: { default?: string[] } = {}): Setting<string[] | undefined> {
  function parse(value: string | undefined): string[] | undefined {
    if (value === undefined) return options.default;
    const items = value.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }
  return { kind: 'list', help, default: options.default?.join(','), parse };
}

/** A folder of the app, relative to its root and inside it, without `./` and a trailing slash. */
export function folder(help: string, options: { default: string }): Setting<string> {
  function parse(value: string | undefined, name: string): string {
    const normal = posix.normalize(value?.trim() || options.default).replace(/(?<=.)\/+$/, '');
    if (posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../')) {
      throw settingInvalid(name, value ?? '', "a folder inside the app, relative to the app's root");
    }
    return normal;
  }
  return { kind: 'folder', help, default: options.default, parse };
}

export function readSettings<S extends Settings>(settings: S, env: Environment): Values<S> {
  const entries = Object.entries(settings).map(([name, setting]) => [name, setting.parse(env[name], name)]);
  return Object.fromEntries(entries) as Values<S>;
}

export interface DescribedSetting {
  name: string;
  kind: Setting<unknown>['kind'];
  help: string;
  default?: string;
}

/** For tables of the settings: in `buildpack.toml`, in the documentation. */
export function describeSettings(settings: Settings): DescribedSetting[] {
  return Object.entries(settings).map(([name, setting]) => ({
    name,
    kind: setting.kind,
    help: setting.help,
    default: setting.default,
  }));
}
