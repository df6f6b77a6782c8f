/** A part of a word that is the value of a variable. */
export interface VariablePart {
  variable: string;
  /** Instead of a value that is not there, or (by `:-`) that is empty. */
  otherwise?: string;
  alsoWhenEmpty?: boolean;
  /** Inside quotes: stays one word, whatever is in it. */
  isQuoted: boolean;
}

/** A word of a command: text, or parts of which some are known only when the image runs. */
export type Word = string | (string | VariablePart)[];

export type Assignments = Record<string, Word>;

/** A command that needs no shell: variables set for it alone, and its words without their quotes. */
export interface PlainCommand {
  assignments: Assignments;
  words: Word[];
  /** Whether it has to be a program of a package, as with `npx`. */
  isOfPackage?: boolean;
}

/** Text that only a shell can run. */
export interface ShellCommand {
  shell: string;
  /** Whether it is one command, which can take the place of the shell that starts it. */
  isSimple: boolean;
}

/** The commands of a script of a package: what `cd` and `export` change among them ends with them. */
export interface StepGroup {
  /** Absolute. Without one they run where the step before them did. */
  folder?: string;
  /** What npm sets for the script. */
  variables: Record<string, string>;
  /** Absolute paths of folders with programs, before those of PATH. */
  path: string[];
  assignments: Assignments;
  steps: LaunchStep[];
}

/** One of several commands that follow each other. `cd` and `export` are for those after it. */
export type LaunchStep = (PlainCommand | ShellCommand | StepGroup) & {
  /** When it runs, by how the one before it ended: well, without a word here. */
  when?: 'failed' | 'always';
  /** Whether arguments given to the image are for this command. */
  takesArguments?: boolean;
};

type Environment = Record<string, string | undefined>;

/** Words as a shell makes them of a word: unquoted values fall apart at blanks, and may come to nothing. */
export function expandWord(word: Word, env: Environment): string[] {
  if (typeof word === 'string') return [word];
  const words: string[] = [];
  let isOpen = false;
  for (const part of word) {
    const isWhole = typeof part === 'string' || part.isQuoted;
    const text = typeof part === 'string' ? part : readValue(part, env);
    for (const [index, piece] of (isWhole ? [text] : text.split(/[ \t\n]+/)).entries()) {
      if (index > 0) isOpen = false;
      if (!isWhole && piece === '') continue;
      if (isOpen) words.push(`${words.pop()}${piece}`);
      else words.push(piece);
      isOpen = true;
    }
  }
  return words;
}

/** The value that an assignment gives, which never falls apart. */
export function expandValue(word: Word, env: Environment): string {
  const parts = typeof word === 'string' ? [word] : word;
  return parts.map((part) => (typeof part === 'string' ? part : readValue(part, env))).join('');
}

function readValue({ variable, otherwise = '', alsoWhenEmpty }: VariablePart, env: Environment): string {
  const value = env[variable];
  return value === undefined || (alsoWhenEmpty && value === '') ? otherwise : value;
}
