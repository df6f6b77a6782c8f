import { modulesFolders, projectFolder } from './install-packages.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { quoteWord } from './shell-command.ts';
import { composeCommand, determineStart, type Start } from './start-command.ts';

/** The web process, its variables, and node_modules as image layers of its own, which a changed line of the app does not move. */
export async function writeLaunch(context: NodejsContext): Promise<void> {
  const { launch, log, settings } = context;
  const folder = projectFolder(context);
  const start = await determineStart(context);
  const variables = start ? await writeProcess(context, start) : {};
  if (!start) log.step('No start command: that is for another buildpack');
  await writeEnvironment(context, variables);
  const path = settings.BP_NODE_PROJECT_PATH;
  for (const name of modulesFolders(context)) {
    if (await folder.isFolder(name)) launch.slice(path === '.' ? name : `${path}/${name}`);
  }
}

/** Gives the variables for the process alone. */
async function writeProcess(context: NodejsContext, start: Start): Promise<Record<string, string>> {
  const { app, facts, launch, log } = context;
  const folder = projectFolder(context);
  const { command, variables } = await composeCommand(folder, start, facts);
  const workingDir = folder.path === app.path ? undefined : folder.path;
  launch.process({ type: 'web', command, default: true, workingDir });
  const shown = [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ...command];
  log.step(`Start command, from ${start.source}`);
  log.detail(`web: ${shown.map(quoteWord).join(' ')}`);
  const [program = ''] = command;
  if (facts.packageJson?.devDependencies.includes(program)) {
    log.warn(`${program} is one of the devDependencies, which are not in the image; move it to dependencies`);
  }
  return variables;
}

async function writeEnvironment(context: NodejsContext, variables: Record<string, string>): Promise<void> {
  await context.layer('environment', {
    launch: true,
    env(env) {
      env.launch.append('PATH', projectFolder(context).file('node_modules/.bin'), { delimiter: ':' });
      for (const [name, value] of Object.entries(variables)) env.process('web').override(name, value);
    },
  });
}
