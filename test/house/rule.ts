import type { Repository } from './repository.ts';

/** What a rule has against a file. */
export interface Finding {
  path: string;
  line?: number;
  /** A sentence. */
  problem: string;
}

export interface Rule {
  name: string;
  find(repository: Repository): Finding[];
}

/** Number of the line that holds the character at `index`. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
