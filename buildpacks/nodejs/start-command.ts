import { join, relative } from 'node:path/posix';
import { expandScript } from './expand-script.ts';
import {
  launchpointMissing,
  startMissing,
  startProgramOfDevelopment,
  startScriptMissing,
  startScriptNeedsShell,
} from './faults.ts';
import { ENTRY_FILES } from './inspect-app.ts';
import { projectFolder } from './install-packages.ts';
import type { LaunchStep } from './launch-steps.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { findForeignEntries } from './plan.ts';
import type { PackagePlaces, ScriptPackage } from './script-package.ts';
import { type ScriptCommand, translateScript } from './start-script.ts';

/** What starts the app, and what said so, for the log. */
export type Start = ScriptStart | { file: string; source: string };

interface ScriptStart {
  script: string;
  from: ScriptPackage;
  source: string;
}

/**
 * By precedence: BP_LAUNCHPOINT, the start script, `main` of package.json, a file of one of the usual names.
 * Undefined when another buildpack may start the image.
 * Faults NODEJS_LAUNCHPOINT_MISSING, NODEJS_START_SCRIPT_MISSING, NODEJS_START_MISSING.
 */
export async function determineStart(context: NodejsContext): Promise<Start | undefined> {
  const start = await findStart(context);
  if (start || (await mayStartElsewhere(context))) return start;
  throw startMissing(context.facts.packageJson !== undefined);
}

/** Whether another buildpack may start the image: one that requires something of this one, or one that reads a Procfile. */
export async function mayStartElsewhere({ app, plan }: NodejsContext): Promise<boolean> {
  return findForeignEntries(plan).length > 0 || (await app.has('Procfile'));
}

async function findStart(context: NodejsContext): Promise<Start | undefined> {
  const { settings } = context;
  const { packageJson } = context.facts;
  const { BP_LAUNCHPOINT: launchpoint, BP_NPM_START_SCRIPT: wantedScript } = settings;
  const folder = projectFolder(context);
  if (launchpoint) return { file: await findLaunchpoint(context, launchpoint), source: 'BP_LAUNCHPOINT' };
  const scripts = packageJson?.scripts ?? {};
  if (wantedScript && !scripts[wantedScript]) throw startScriptMissing(wantedScript, Object.keys(scripts));
  const script = wantedScript ?? 'start';
  if (packageJson && scripts[script]) {
    const from = { folder: settings.BP_NODE_PROJECT_PATH, manifest: packageJson };
    return { script, from, source: `the script "${script}" of package.json` };
  }
  const main = packageJson?.main;
  const mainFile = main && (await folder.find(main, `${main}.js`, `${main}/index.js`));
  if (mainFile) return { file: mainFile, source: '"main" of package.json' };
  const entry = await folder.find(...ENTRY_FILES);
  return entry === undefined ? undefined : { file: entry, source: 'a file of a usual name' };
}

/** Written from the project folder, or from the app's root, as elsewhere. */
async function findLaunchpoint(context: NodejsContext, name: string): Promise<string> {
  const { app, settings } = context;
  const folder = projectFolder(context);
  if (await folder.find(name)) return name;
  if (await app.find(name)) return relative(folder.path, app.file(name));
  if (settings.BP_VERIFY_LAUNCHPOINT) throw launchpointMissing(name);
  return name;
}

/**
 * The command for the image. Reads node_modules: the programs in there are started without npm's search path.
 * Faults NODEJS_START_SCRIPT_NEEDS_SHELL and NODEJS_START_PROGRAM_OF_DEVELOPMENT, and those of `translateScript`.
 */
export async function composeCommand(context: NodejsContext, start: Start): Promise<ScriptCommand> {
  if ('file' in start) {
    const { path } = projectFolder(context);
    return { command: ['node', start.file], folder: path, variables: {}, defaults: {}, path: [] };
  }
  await refuseMissing(context, start);
  return translateScript(placesOf(context), start.from, start.script);
}

/** Finds what is wrong with the start as far as that can be told before packages are installed. */
export async function checkStart(context: NodejsContext): Promise<void> {
  const start = await determineStart(context);
  const { lockFile, packageJson } = context.facts;
  const areFoldersKnown = lockFile?.localPackages !== undefined || !packageJson?.hasLocalPackages;
  if (!start || 'file' in start || !areFoldersKnown || (await mayStartElsewhere(context))) return;
  await refuseMissing(context, start);
}

function placesOf({ app, facts, settings }: NodejsContext): PackagePlaces {
  const folders = facts.lockFile?.localPackages ?? [];
  return { app, localPackages: folders.map((folder) => join(settings.BP_NODE_PROJECT_PATH, folder)) };
}

/** Names of stacks whose run images have no shell. */
const WITHOUT_SHELL = /\b(tiny|static)\b/;

/** What the script needs and the image does not have. */
async function refuseMissing(context: NodejsContext, { from, script }: ScriptStart): Promise<void> {
  const { env, facts } = context;
  const steps = await expandScript(placesOf(context), from, script);
  const stack = env.CNB_STACK_ID ?? '';
  const text = WITHOUT_SHELL.test(stack) ? findShellText(steps) : undefined;
  if (text !== undefined) throw startScriptNeedsShell(script, text, stack);
  for (const program of findPrograms(steps)) {
    const owner = facts.lockFile?.developmentPrograms.get(program);
    if (owner !== undefined) throw startProgramOfDevelopment(script, program, owner);
  }
}

/** Those that the script cannot do without. */
function findPrograms(steps: LaunchStep[]): string[] {
  if (steps.some(({ when }) => when !== undefined)) return [];
  return steps.flatMap((step) => {
    if ('steps' in step) return findPrograms(step.steps);
    return 'words' in step && typeof step.words[0] === 'string' ? [step.words[0]] : [];
  });
}

function findShellText(steps: LaunchStep[]): string | undefined {
  for (const step of steps) {
    const text = 'steps' in step ? findShellText(step.steps) : 'shell' in step ? step.shell : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}
