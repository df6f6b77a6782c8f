/** A command of a chain, and when it runs by how the one before it ended (well, without a word). */
export interface ChainPart {
  text: string;
  when?: 'failed' | 'always';
}

const OPERATORS = { '&&': undefined, '||': 'failed', ';': 'always' } as const;

/** Words that change the shell they stand in, or are part of its grammar: what follows them needs the same shell. */
const SHELL_WORDS = new Set(
  'set unset source . eval trap ulimit umask alias shift return exit wait read : ! { if for while until case time function'.split(
    ' ',
  ),
);

/**
 * The commands of `a && b || c; d`. Text of which only a shell knows where its commands end (quotes that stay open, comments,
 * commands in the background) is left whole.
 */
export function splitChain(text: string): ChainPart[] {
  const parts: ChainPart[] = [];
  let start = 0;
  let when: ChainPart['when'];
  for (let at = 0; at < text.length; ) {
    const end = skipUnit(text, at);
    if (end === undefined || isBeyondUs(text, at)) return [{ text: text.trim() }];
    const operator = end > at ? undefined : /^(?:&&|\|\||;)/.exec(text.slice(at))?.[0];
    if (operator) {
      parts.push(part(text.slice(start, at), when));
      when = OPERATORS[operator as keyof typeof OPERATORS];
      start = at + operator.length;
    }
    at = Math.max(end, at + (operator?.length ?? 1));
  }
  const rest = part(text.slice(start), when);
  return rest.text === '' && when === 'always' ? parts : [...parts, rest];
}

function part(text: string, when: ChainPart['when']): ChainPart {
  return { text: text.trim(), ...(when && { when }) };
}

/** Whether the first word belongs to the shell itself. */
export function isOfShell(program: string): boolean {
  return SHELL_WORDS.has(program);
}

/** Whether text for a shell, in the end, starts one program and nothing beside it. */
export function isSimpleCommand(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    const end = skipUnit(text, at);
    const isJoint = /^[|;&(\n#]/.test(text.slice(at)) && !isOfRedirection(text, at);
    if (end === undefined || isJoint) return false;
    at = Math.max(end, at + 1);
  }
  const [program = ''] = text.replace(ASSIGNMENTS, '').split(/\s/, 1);
  return program !== '' && !isOfShell(program);
}

/** Variables set for one command, before it. */
const ASSIGNMENTS = /^\s*(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\$\([^()]*\)|[^\s"'$]|\$(?!\())*\s+)*/;

/** The text with `exec` before its program: the program then takes the place of the shell. */
export function addExec(text: string): string {
  const before = ASSIGNMENTS.exec(text)?.[0] ?? '';
  return `${before}exec ${text.slice(before.length)}`;
}

/** Where a command may stand in text for a shell, and npm or one of its kind does. */
const MANAGER_CALL =
  /(?:^|[|;&({`\n]|\b(?:then|do|else|exec)\s)\s*(?:[A-Za-z_]\w*=\S*\s+)*((?:npm|npx|yarn|pnpm)\s[^|;&)}`\n]*)/;

/** The first call of a package manager in text for a shell. */
export function findManagerCall(text: string): string | undefined {
  return MANAGER_CALL.exec(text)?.[1]?.trim();
}

/** A command in the background, a comment, several lines. */
function isBeyondUs(text: string, at: number): boolean {
  const character = text.charAt(at);
  if (character === '&') return text[at + 1] !== '&' && text[at - 1] !== '&' && !isOfRedirection(text, at);
  return character === '\n' || (character === '#' && /^$|\s/.test(text.slice(Math.max(0, at - 1), at)));
}

/** The `&` of `2>&1` and `&>log`. */
function isOfRedirection(text: string, at: number): boolean {
  return text[at] === '&' && (/[<>]/.test(text.charAt(at - 1)) || text[at + 1] === '>');
}

const MOST_LEVELS = 50;

/** Where something ends that is one to a shell: quoted text, a substitution, a group in parentheses. Undefined when it never does. */
function skipUnit(text: string, at: number, level = 0): number | undefined {
  if (level > MOST_LEVELS) return undefined;
  const character = text.charAt(at);
  const past = (length: number, end: string, skip: Skip) => skipPast(text, at + length, end, { skip, level });
  if (character === '\\') return at + 2;
  if (character === "'") return past(1, "'", (_, inner) => inner);
  if (character === '"') return past(1, '"', skipInQuotes);
  if (character === '`') return past(1, '`', skipEscaped);
  if (character === '(') return past(1, ')', skipUnit);
  if (text.startsWith('$(', at)) return past(2, ')', skipUnit);
  return text.startsWith('${', at) ? past(2, '}', skipUnit) : at;
}

/** Where what begins here ends, which is here when nothing does. */
type Skip = (text: string, at: number, level: number) => number | undefined;

function skipPast(
  text: string,
  from: number,
  end: string,
  { skip, level }: { skip: Skip; level: number },
): number | undefined {
  for (let at = from; at < text.length; ) {
    if (text.startsWith(end, at)) return at + end.length;
    const next = skip(text, at, level + 1);
    if (next === undefined) return undefined;
    at = Math.max(next, at + 1);
  }
  return undefined;
}

function skipInQuotes(text: string, at: number, level: number): number | undefined {
  return /^(?:\\|`|\$[({])/.test(text.slice(at, at + 2)) ? skipUnit(text, at, level) : at;
}

function skipEscaped(text: string, at: number): number {
  return text[at] === '\\' ? at + 2 : at;
}
