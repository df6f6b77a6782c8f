import { createHash } from 'node:crypto';
import type { LayerEnv } from '@dema/buildpack';
import { isFault } from '@dema/errors';
import { groupSteps } from './change-steps.ts';
import { modulesFolders, projectFolder } from './install-packages.ts';
import type { LaunchStep, Word } from './launch-steps.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { composeCommand, determineStart, mayStartElsewhere, type Start } from './start-command.ts';
import { type OnlyCommand, type ScriptCommand, showSteps } from './start-script.ts';

/** The web process, its variables, and node_modules as image layers of its own, which a changed line of the app does not move. */
export async function writeLaunch(context: NodejsContext): Promise<void> {
  const { launch, log, settings } = context;
  const folder = projectFolder(context);
  const start = await determineStart(context);
  const only = start && (await writeProcess(context, start));
  if (!start) log.step('No start command: that is for another buildpack');
  await writeEnvironment(context, only);
  const path = settings.BP_NODE_PROJECT_PATH;
  for (const name of modulesFolders(context)) {
    if (await folder.isFolder(name)) launch.slice(path === '.' ? name : `${path}/${name}`);
  }
}

/** Gives the command whose variables are still to be written: steps have theirs with them. */
async function writeProcess(context: NodejsContext, start: Start): Promise<OnlyCommand | undefined> {
  const { app, facts, launch, log, settings } = context;
  const project = projectFolder(context).path;
  const composed = await composeOrLeave(context, start);
  if (!composed) return undefined;
  const only = 'command' in composed ? composed : undefined;
  const command = 'command' in composed ? composed.command : await writeSteps(context, composed.steps);
  const folder = only?.folder ?? project;
  launch.process({ type: 'web', command, default: true, workingDir: folder === app.path ? undefined : folder });
  log.step(`Start command, from ${start.source}`);
  log.detail(`web: ${showSteps(stepsOf(composed), project)}`);
  if (settings.BP_LAUNCH_WITH_TINI) log.detail('tini is not needed: signals reach the app without it');
  for (const program of programsOf(stepsOf(composed))) {
    if (typeof program !== 'string' || !facts.packageJson?.devDependencies.includes(program)) continue;
    log.warn(`${program} is one of the devDependencies, which are not in the image; move it to dependencies`);
  }
  return only;
}

/** A script that nobody can start here is no harm while another buildpack may have its own idea. */
async function composeOrLeave(context: NodejsContext, start: Start): Promise<ScriptCommand | undefined> {
  try {
    return await composeCommand(context, start);
  } catch (error) {
    if (!isFault(error) || !(await mayStartElsewhere(context))) throw error;
    context.log.step('No start command');
    context.log.warn(error.problem);
    return undefined;
  }
}

/** The steps of the script as a file, beside the program that runs them. */
async function writeSteps({ layer, readProgram }: NodejsContext, steps: LaunchStep[]): Promise<string[]> {
  const program = await readProgram('run-steps');
  const text = `${JSON.stringify({ steps }, null, 2)}\n`;
  const key = { program: digestOf(program), steps: digestOf(text) };
  const { file } = await layer('start', { launch: true, key }, async (folder) => {
    await folder.write('run-steps.cjs', program);
    await folder.write('web.json', text);
  });
  return ['node', file('run-steps.cjs'), file('web.json')];
}

function stepsOf(composed: ScriptCommand): LaunchStep[] {
  if ('steps' in composed) return composed.steps;
  const { command, folder, shell, variables } = composed;
  const step = shell === undefined ? { words: command, assignments: {} } : { shell, isSimple: true };
  return [{ ...groupSteps([step]), folder, assignments: variables }];
}

function programsOf(steps: LaunchStep[]): Word[] {
  return steps.flatMap((step) => {
    if ('steps' in step) return programsOf(step.steps);
    return 'shell' in step ? [] : step.words.slice(0, 1);
  });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function writeEnvironment(context: NodejsContext, only: OnlyCommand | undefined): Promise<void> {
  const own = projectFolder(context).file('node_modules/.bin');
  const { variables = {}, defaults = {}, path = [] } = only ?? {};
  function describe(env: LayerEnv): void {
    env.launch.append('PATH', own, { delimiter: ':' });
    const [first] = path;
    const web = env.process('web');
    if (first && first !== own) web.prepend('PATH', path.join(':'), { delimiter: ':' });
    for (const [name, value] of Object.entries(defaults)) if (!(name in variables)) web.default(name, value);
    for (const [name, value] of Object.entries(variables)) web.override(name, value);
  }
  await context.layer('environment', { launch: true, env: describe });
}
