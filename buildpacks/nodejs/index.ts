import { defineBuildpack } from '@dema/buildpack';
import { inspectApp } from './inspect-app.ts';
import { installHeaders, installNode, installNpm } from './install-node.ts';
import {
  cleanModules,
  installPackages,
  modulesFolders,
  needsPackages,
  removeDevelopmentPackages,
} from './install-packages.ts';
import { writeLaunch } from './launch.ts';
import { planNodejs } from './plan.ts';
import { determineRunScripts, runScripts } from './run-scripts.ts';
import { settings } from './settings.ts';

export default defineBuildpack({
  settings,
  inspect: ({ app, settings }) => inspectApp(app, settings),
  plan: ({ facts }) => planNodejs(facts),
  async build(context) {
    const { layer, facts } = context;
    const node = await installNode(context);
    const scripts = determineRunScripts(context);
    if (needsPackages(context) || scripts.length > 0) {
      if (facts.lockFile?.hasInstallScripts ?? true) await installHeaders(context, node);
      const npmVersion = await installNpm(context, node);
      const { path: cache } = await layer('npm-cache', { cache: true });
      const tools = { node, npmVersion, cache, withDevelopment: scripts.length > 0 };
      if (needsPackages(context)) await installPackages(context, tools);
      await runScripts(context, scripts, cache);
      if (needsPackages(context) && tools.withDevelopment) await removeDevelopmentPackages(context, tools);
      await cleanModules(context);
    }
    await writeLaunch(context, modulesFolders(context));
  },
});
