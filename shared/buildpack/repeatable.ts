import { writeFile } from 'node:fs/promises';
import type { RunProgram } from './exec.ts';
import type { World } from './world.ts';

/** What a platform may know of a build: that another one of the same would do the same, so that it can be left out. */
export interface Repeatable {
  run: RunProgram;
  /** Of a warning, which people are to see in every build. */
  onWarning(): void;
  /** To the file that the platform names, if it does. */
  write(): Promise<void>;
}

/**
 * A build that ran programs, which may do anything, is not repeatable; one that had their results from its layers is.
 *
 * @param file DEMA_REPEATABLE_FILE
 */
export function recordRepeatable(file: string | undefined, run: World['run']): Repeatable {
  let isRepeatable = true;
  return {
    run(...program) {
      isRepeatable = false;
      return run(...program);
    },
    onWarning() {
      isRepeatable = false;
    },
    async write() {
      if (file && isRepeatable) await writeFile(file, '');
    },
  };
}
