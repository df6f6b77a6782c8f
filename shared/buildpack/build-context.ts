import type { Bindings } from '@dema/spec';
import type { Dependencies } from './dependencies.ts';
import type { Exec } from './exec.ts';
import type { Folder } from './folder.ts';
import type { Launch } from './launch.ts';
import type { CreateLayer } from './layers.ts';
import type { Log } from './log.ts';
import type { Network } from './network.ts';
import type { Settings, Values } from './settings.ts';

export interface Target {
  os: string;
  /** As Go names it. */
  architecture: 'amd64' | 'arm64';
}

export interface PlanEntry {
  name: string;
  metadata: Record<string, unknown>;
}

/** Everything that a build may touch. */
export interface BuildContext<S extends Settings, Facts> {
  app: Folder;
  settings: Values<S>;
  facts: Facts;
  /** What this buildpack and others asked for among the names that it provides. */
  plan: PlanEntry[];
  target: Target;
  /** Variables of the build: the platform's, the user's and those of earlier buildpacks. */
  env: Readonly<Record<string, string>>;
  /** Service bindings: credentials for the build, which no layer, log or label may hold. */
  bindings: Bindings;
  dependencies: Dependencies;
  network: Network;
  layer: CreateLayer;
  exec: Exec;
  launch: Launch;
  /** Text of a program for the image, made of `programs/<name>.ts`; it runs on Node.js 20 or newer. */
  readProgram(name: string): Promise<string>;
  log: Log;
}
