import { readFile } from 'node:fs/promises';

/** Parts of a page that a test can carry out, in order. */
export type WalkthroughStep =
  | { kind: 'commands'; text: string; line: number; shows: string[] }
  | { kind: 'file'; path: string; text: string; line: number };

const BLOCK = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

/**
 * Fenced blocks of a page: `sh` are commands, `text` behind them lines that they must print, any other language with a path is
 * a file to write.
 */
export async function readWalkthrough(file: string): Promise<WalkthroughStep[]> {
  const page = await readFile(file, 'utf8');
  const steps: WalkthroughStep[] = [];
  for (const { 1: language = '', 2: path, 3: text = '', index } of page.matchAll(BLOCK)) {
    const line = page.slice(0, index).split('\n').length;
    const last = steps.at(-1);
    if (language === 'sh') steps.push({ kind: 'commands', text, line, shows: [] });
    else if (path) steps.push({ kind: 'file', path, text, line });
    else if (language === 'text' && last?.kind === 'commands') last.shows.push(...text.trimEnd().split('\n'));
    else throw new Error(`${file}:${line}: a block that nothing can be done with`);
  }
  return steps;
}
