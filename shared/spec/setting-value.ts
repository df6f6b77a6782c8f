import { settingInvalid } from './faults.ts';

/** What decides over the text of a variable; the same in a build and in a finished image. */
export interface SettingRules {
  kind: SettingKind;
  /** As somebody would write it in the variable. */
  default?: string;
  /** Of a choice, all that may be chosen. */
  choices?: readonly string[];
  /** Of a number. */
  least?: number;
  most?: number;
}

export type SettingKind = 'text' | 'flag' | 'list' | 'folder' | 'number' | 'choice';

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** The value of a variable's text; what is not set, or to nothing but in a list, has its default. Fault SETTING_VALUE_INVALID. */
export function parseSetting(rules: SettingRules, text: string | undefined, name: string): unknown {
  if (rules.kind === 'list') return parseList(text ?? rules.default);
  const trimmed = text?.trim() || rules.default;
  return trimmed
    ? PARSERS[rules.kind](trimmed, rules, (expected) => settingInvalid(name, text ?? '', expected))
    : undefined;
}

type Refuse = (expected: string) => Error;

const PARSERS: Record<Exclude<SettingKind, 'list'>, (text: string, rules: SettingRules, refuse: Refuse) => unknown> = {
  text: (text) => text,
  flag(text, _, refuse) {
    if (TRUE.includes(text)) return true;
    if (FALSE.includes(text)) return false;
    throw refuse('true or false');
  },
  folder(text, _, refuse) {
    const parts = normalise(text);
    if (!parts) throw refuse("a folder inside the app, relative to the app's root");
    return parts.join('/') || '.';
  },
  number(text, rules, refuse) {
    const { least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER } = rules;
    const parsed = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (parsed >= least && parsed <= most) return parsed;
    throw refuse(describeRange(rules));
  },
  choice(text, { choices = [] }, refuse) {
    const found = choices.find((one) => one.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw refuse(`one of ${choices.join(', ')}`);
    return found;
  },
};

function parseList(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const items = text.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

/** Undefined when it leads out of the folder that it starts from. */
function normalise(path: string): string[] | undefined {
  if (path.startsWith('/')) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/').filter((one) => one !== '' && one !== '.')) {
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts;
}

/** `a whole number from 1 to 5`. */
export function describeRange({ least, most }: Pick<SettingRules, 'least' | 'most'>): string {
  if (least !== undefined && most !== undefined) return `a whole number from ${least} to ${most}`;
  if (least !== undefined) return `a whole number of at least ${least}`;
  return most === undefined ? 'a whole number' : `a whole number of at most ${most}`;
}
