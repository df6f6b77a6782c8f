import type { RunProgram } from './exec.ts';
import type { Environment } from './settings.ts';

/** All that a running buildpack has of the world around it. */
export interface World {
  /** The app's folder: the working directory of both phases. */
  app: string;
  env: Environment;
  print(line: string): void;
  run: RunProgram;
  /** Folder with what launch helpers run on in images. */
  helperRuntime: string;
  /** For notices such as that of a coming end of life; nothing that is written depends on it. */
  today: Date;
}
