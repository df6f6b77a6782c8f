import type { Bindings } from '@dema/spec';
import type { BuildContext } from './build-context.ts';
import type { FolderView } from './folder-view.ts';
import type { Settings, Values } from './settings.ts';

export interface Found<Facts> {
  found: true;
  /** A phrase about the app that says why the buildpack is of use: `package.json with start script "node server.js"`. */
  reason: string;
  facts: Facts;
}

export interface Skip {
  found: false;
  reason: string;
}

export function found<Facts>(reason: string, facts: Facts): Found<Facts> {
  return { found: true, reason, facts };
}

export function skip(reason: string): Skip {
  return { found: false, reason };
}

export interface Requirement {
  name: string;
  metadata?: Record<string, unknown>;
}

/** What a buildpack offers to others and wants of others, by the names of the build plan. */
export interface Plan {
  provides?: string[];
  requires?: (string | Requirement)[];
  /** Other offers that would do as well, tried in turn. */
  or?: Omit<Plan, 'or'>[];
}

export interface InspectContext<S extends Settings> {
  app: FolderView;
  settings: Values<S>;
  bindings: Bindings;
}

export interface PlanContext<S extends Settings, Facts> {
  settings: Values<S>;
  facts: Facts;
}

/**
 * A buildpack: what it may be told, what it looks at, what it needs, what it does. All it touches comes from the
 * context. `inspect` runs at the start of both phases and is the only place that judges the app.
 */
export interface Buildpack<S extends Settings, Facts> {
  settings: S;
  inspect(context: InspectContext<S>): Promise<Found<Facts> | Skip>;
  plan?(context: PlanContext<S, Facts>): Plan;
  build(context: BuildContext<S, Facts>): Promise<void>;
}

/** Any buildpack, where its settings and facts do not matter. */
export type AnyBuildpack = Buildpack<Settings, unknown>;

export function defineBuildpack<S extends Settings, Facts>(buildpack: Buildpack<S, Facts>): Buildpack<S, Facts> {
  return buildpack;
}
