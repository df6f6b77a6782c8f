import type { Plan } from '@dema/buildpack';
import type { NodejsApp } from './inspect-app.ts';

/** The names are Paketo's, so that other buildpacks can require what this one makes, and replace it. */
export function planNodejs({ versionWants }: NodejsApp): Plan {
  const [want] = versionWants;
  const version = want ? { version: want.range, 'version-source': want.source } : {};
  return {
    provides: ['node', 'npm', 'node_modules'],
    requires: [
      { name: 'node', metadata: { build: true, launch: true, ...version } },
      { name: 'npm', metadata: { build: true } },
      { name: 'node_modules', metadata: { build: true, launch: true } },
    ],
  };
}
