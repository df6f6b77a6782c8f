import { readOutput } from './read-output.ts';

/** How far a download of a buildpack has come. */
export interface Progress {
  what: string;
  bytes: number;
  total?: number;
}

/** Name of the file in which a buildpack says how far it is. */
export const PROGRESS_FILE = 'progress.json';

export type OnProgress = (progress: Progress | undefined) => void;

const WATCH_MS = 200;

/** Tells what the file of a buildpack says of its progress while `run` runs; undefined when it says nothing any more. */
export async function watchProgress<T>(
  file: string,
  onProgress: OnProgress | undefined,
  run: () => Promise<T>,
): Promise<T> {
  if (onProgress === undefined) return run();
  let isBusy = false;
  const timer = setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    onProgress(parseProgress(await readOutput(file).catch(() => undefined)));
    isBusy = false;
  }, WATCH_MS).unref();
  return run().finally(() => clearInterval(timer));
}

/** Any code of the sandbox may have written it, and it may be half written. */
export function parseProgress(text: string | undefined): Progress | undefined {
  try {
    const { what, bytes, total } = JSON.parse(text || 'null') ?? {};
    if (typeof what !== 'string' || typeof bytes !== 'number') return undefined;
    return { what, bytes, ...(typeof total === 'number' && { total }) };
  } catch {
    return undefined;
  }
}
