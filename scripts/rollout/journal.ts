import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import { redactJson } from '@dema/errors';
import { type Digest, isDigest } from '@dema/store';
import { outputUnwritable } from '../faults.ts';
import { makeOutputFolder } from '../output-file.ts';
import { rolloutReportInvalid } from '../rebase-faults.ts';
import type { MendedChange } from './fixes.ts';

/** A line of the report of a roll-out. Fields are only ever added. */
export type JournalLine =
  | { type: 'rollout'; schema: 1; started: string; advisories: string[]; dryRun: boolean }
  /** The new run image under its name; `before` is what had the name. */
  | { type: 'run-image'; image: string; before?: Digest; after: Digest }
  /** Written before an image is: from here on its tag may point to `after`. */
  | { type: 'planned'; image: string; before: Digest; after: Digest }
  | {
      type: 'image';
      image: string;
      outcome: 'rebased' | 'current' | 'skipped' | 'failed';
      before?: Digest;
      after?: Digest;
      packages?: MendedChange[];
      /** Why it was skipped or failed. */
      reason?: string;
    }
  | { type: 'end'; images: Record<string, number>; advisories: Record<string, number> };

export interface Journal {
  file: string;
  write(line: JournalLine): void;
}

/**
 * Each line is in the file before what it announces is done. A report that is there is gone on with, as one of a roll-out that
 * was killed still takes it back. Faults: CLI_OUTPUT_UNWRITABLE, CLI_ROLLOUT_REPORT_INVALID for a file that holds something else.
 */
export async function openJournal(file: string): Promise<Journal> {
  const explain = (work: () => void) => {
    try {
      work();
    } catch (error) {
      const { errno } = error as NodeJS.ErrnoException;
      throw errno === undefined ? error : outputUnwritable(file, getSystemErrorMessage(errno));
    }
  };
  await makeOutputFolder(file);
  explain(() => appendFileSync(file, beginningFor(file)));
  return { file, write: (line) => explain(() => appendFileSync(file, `${redactJson(line)}\n`)) };
}

/** What goes before the first line: nothing, or the end of a line that was torn. What could not be read back is refused now. */
function beginningFor(file: string): string {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return '';
  const text = readFileSync(file, 'utf8');
  if (text !== '') readMoved(file);
  return text === '' || text.endsWith('\n') ? '' : '\n';
}

/** A tag that roll-outs of one report may have moved. */
export interface MovedByRollout {
  image: string;
  /** What it pointed to before the first of them; undefined when there was no such tag. */
  before: Digest | undefined;
  /** What they may have made it point to. */
  after: Digest[];
}

/** In the order of the report, whose last line may be torn. Fault CLI_ROLLOUT_REPORT_INVALID. */
export function readMoved(file: string): MovedByRollout[] {
  const lines = readLines(file).map((line) => parseLine(line));
  const [first] = lines;
  if (first?.type !== 'rollout' || first.schema !== 1)
    throw rolloutReportInvalid(file, 'its first line is not that of a roll-out');
  const moved = new Map<string, MovedByRollout>();
  for (const line of lines) {
    if (line?.type !== 'planned' && line?.type !== 'run-image') continue;
    const { image, before, after } = line;
    if (typeof image !== 'string' || !isDigest(after)) continue;
    const known = moved.get(image);
    const from = isDigest(before) ? before : undefined;
    // What stood there in between, and was not of a roll-out, is what is to be put back.
    const isOurs = known && (known.before === from || (from !== undefined && known.after.includes(from)));
    moved.set(image, isOurs ? { ...known, after: [...known.after, after] } : { image, before: from, after: [after] });
  }
  return [...moved.values()];
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw errno === undefined ? error : rolloutReportInvalid(file, getSystemErrorMessage(errno));
  }
}

function parseLine(text: string): Partial<JournalLine & Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Partial<JournalLine>) : undefined;
  } catch {
    return undefined;
  }
}
