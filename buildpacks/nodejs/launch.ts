import { projectFolder } from './install-packages.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { quoteWord } from './shell-command.ts';
import { determineStart } from './start-command.ts';

/** The web process, its variables, and node_modules as an image layer of its own, which a changed line of the app does not move. */
export async function writeLaunch(context: NodejsContext, modulesFolders: string[]): Promise<void> {
  const { app, facts, settings, layer, launch, log } = context;
  const folder = projectFolder(context);
  const { command, variables, reason } = await determineStart(folder, facts, settings);
  await layer('environment', {
    launch: true,
    env(env) {
      env.launch.append('PATH', folder.file('node_modules/.bin'), { delimiter: ':' });
      for (const [name, value] of Object.entries(variables)) env.process('web').override(name, value);
    },
  });
  const workingDir = folder.path === app.path ? undefined : folder.path;
  launch.process({ type: 'web', command, default: true, workingDir });
  const path = settings.BP_NODE_PROJECT_PATH;
  const slices = modulesFolders.map((name) => (path === '.' ? name : `${path}/${name}`));
  if (facts.packageJson) launch.slice(...slices);
  const shown = [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ...command];
  log.step(`Start command, from ${reason}`);
  log.detail(`web: ${shown.map(quoteWord).join(' ')}`);
}
