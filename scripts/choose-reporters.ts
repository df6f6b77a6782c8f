import type { BuildEvent, Progress } from '@dema/engine';
import { writeEvent } from './json-events.ts';
import { createBuildReporter } from './report-build.ts';
import { createPreparationReporter, JSON_PREPARATION, type Preparation } from './report-preparation.ts';
import { createScreen } from './screen.ts';

/** Those who tell of a build and of what goes before it. */
export interface Reporters {
  preparation: Preparation;
  onEvent: (event: BuildEvent) => void;
  /** Only where somebody sees it. */
  onProgress?: (progress: Progress | undefined) => void;
  /** Takes away what is not to stay. */
  end: () => void;
}

/** Events on standard output, or lines for people on standard error with, on a terminal, what is under way below them. */
export function chooseReporters(json: boolean | undefined): Reporters {
  if (json) return { preparation: JSON_PREPARATION, onEvent: writeEvent, end: () => undefined };
  const { stderr } = process;
  const screen = createScreen(stderr);
  const showProgress = (progress: Progress | undefined) => {
    if (progress) screen.status({ ...progress, text: `downloading ${progress.what}` });
  };
  return {
    preparation: createPreparationReporter(stderr, screen),
    onEvent: createBuildReporter(stderr, screen),
    onProgress: stderr.isTTY ? showProgress : undefined,
    end: () => screen.status(undefined),
  };
}
