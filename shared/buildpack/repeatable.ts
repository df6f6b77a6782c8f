import { AsyncLocalStorage } from 'node:async_hooks';
import { writeFile } from 'node:fs/promises';
import type { RunProgram } from './exec.ts';
import type { World } from './world.ts';

/** What a platform may know of a build: that another one of the same would do the same, so that it can be left out. */
export interface Repeatable {
  run: RunProgram;
  /** Around what fills a layer that the next build keeps, and so does not fill again. */
  filling<T>(fill: () => Promise<T>): Promise<T>;
  /** Of a warning, which people are to see in every build. */
  onWarning(): void;
  /** To the file that the platform names, if it does. */
  write(): Promise<void>;
}

/**
 * A program may do anything: a build that runs one each time is not repeatable, unless its result lies in a kept layer.
 *
 * @param file DEMA_REPEATABLE_FILE
 */
export function recordRepeatable(file: string | undefined, run: World['run']): Repeatable {
  const layers = new AsyncLocalStorage<'kept'>();
  let isRepeatable = true;
  return {
    run(...program) {
      isRepeatable &&= layers.getStore() === 'kept';
      return run(...program);
    },
    filling: (fill) => layers.run('kept', fill),
    onWarning() {
      isRepeatable = false;
    },
    async write() {
      if (file && isRepeatable) await writeFile(file, '');
    },
  };
}
