import { createHash } from 'node:crypto';
import { modulesFolders, projectFolder } from './install-packages.ts';
import type { LaunchStep, Word } from './launch-steps.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { composeCommand, determineStart, type Start } from './start-command.ts';
import { type ScriptCommand, showSteps } from './start-script.ts';

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
  const { app, facts, launch, log, settings } = context;
  const folder = projectFolder(context);
  const composed = await composeCommand(folder, start, facts);
  const { command, variables, shown } =
    'steps' in composed ? await writeSteps(context, composed.steps) : describe(composed);
  const workingDir = folder.path === app.path ? undefined : folder.path;
  launch.process({ type: 'web', command, default: true, workingDir });
  log.step(`Start command, from ${start.source}`);
  log.detail(`web: ${shown}`);
  if (settings.BP_LAUNCH_WITH_TINI) log.detail('tini is not needed: signals reach the app without it');
  for (const program of programsOf(composed)) {
    if (typeof program !== 'string' || !facts.packageJson?.devDependencies.includes(program)) continue;
    log.warn(`${program} is one of the devDependencies, which are not in the image; move it to dependencies`);
  }
  return variables;
}

interface Described {
  command: string[];
  variables: Record<string, string>;
  shown: string;
}

function describe({ command, variables }: Omit<Described, 'shown'>): Described {
  return { command, variables, shown: showSteps([{ words: command, assignments: variables }]) };
}

/** The steps of the script as a file, beside the program that runs them. */
async function writeSteps({ layer, readProgram }: NodejsContext, steps: LaunchStep[]): Promise<Described> {
  const program = await readProgram('run-steps');
  const text = `${JSON.stringify({ steps }, null, 2)}\n`;
  const key = { program: digestOf(program), steps: digestOf(text) };
  const { file } = await layer('start', { launch: true, key }, async (folder) => {
    await folder.write('run-steps.cjs', program);
    await folder.write('web.json', text);
  });
  return { command: ['node', file('run-steps.cjs'), file('web.json')], variables: {}, shown: showSteps(steps) };
}

function programsOf(composed: ScriptCommand): Word[] {
  if ('command' in composed) return composed.command.slice(0, 1);
  return composed.steps.flatMap((step) => ('shell' in step ? [] : step.words.slice(0, 1)));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
