import { defineBuildpack } from '@dema/buildpack';
import { inspectApp } from './inspect-app.ts';
import { planNodejs } from './plan.ts';
import { settings } from './settings.ts';

export default defineBuildpack({
  settings,
  inspect: ({ app, settings }) => inspectApp(app, settings),
  plan: ({ facts }) => planNodejs(facts),
  async build(context) {
    // Detect, which runs for every app, need not load it.
    const { buildNodejs } = await import('./build-nodejs.ts');
    await buildNodejs(context);
  },
});
