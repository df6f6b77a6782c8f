import type { FolderView } from '@dema/buildpack';
import { launchpointMissing, startMissing, startScriptMissing } from './faults.ts';
import { ENTRY_FILES, type NodejsApp } from './inspect-app.ts';
import { projectFolder } from './install-packages.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { findForeignEntries } from './plan.ts';
import type { NodejsSettings } from './settings.ts';
import { type ScriptCommand, translateScript } from './start-script.ts';

/** What starts the app, and what said so, for the log. */
export type Start = { script: string; source: string } | { file: string; source: string };

/**
 * By precedence: BP_LAUNCHPOINT, the start script, `main` of package.json, a file of one of the usual names.
 * Undefined when another buildpack may start the image: one that requires something of this one, or one that reads a Procfile.
 * Faults NODEJS_LAUNCHPOINT_MISSING, NODEJS_START_SCRIPT_MISSING, NODEJS_START_MISSING.
 */
export async function determineStart(context: NodejsContext): Promise<Start | undefined> {
  const { app, facts, plan, settings } = context;
  const start = await findStart(projectFolder(context), facts, settings);
  if (start || findForeignEntries(plan).length > 0 || (await app.has('Procfile'))) return start;
  throw startMissing(facts.packageJson !== undefined);
}

async function findStart(
  folder: FolderView,
  { packageJson }: NodejsApp,
  settings: NodejsSettings,
): Promise<Start | undefined> {
  const { BP_LAUNCHPOINT: launchpoint, BP_NPM_START_SCRIPT: wantedScript } = settings;
  if (launchpoint) {
    if (settings.BP_VERIFY_LAUNCHPOINT && !(await folder.find(launchpoint))) throw launchpointMissing(launchpoint);
    return { file: launchpoint, source: 'BP_LAUNCHPOINT' };
  }
  const scripts = packageJson?.scripts ?? {};
  if (wantedScript && !scripts[wantedScript]) throw startScriptMissing(wantedScript, Object.keys(scripts));
  const script = wantedScript ?? 'start';
  if (scripts[script]) return { script, source: `the script "${script}" of package.json` };
  const main = packageJson?.main;
  const mainFile = main && (await folder.find(main, `${main}.js`, `${main}/index.js`));
  if (mainFile) return { file: mainFile, source: '"main" of package.json' };
  const entry = await folder.find(...ENTRY_FILES);
  return entry === undefined ? undefined : { file: entry, source: 'a file of a usual name' };
}

/** The command for the image. Reads node_modules: the programs in there are started without npm's search path. */
export async function composeCommand(folder: FolderView, start: Start, app: NodejsApp): Promise<ScriptCommand> {
  if ('file' in start) return { command: ['node', start.file], variables: {} };
  return translateScript(folder, app.packageJson?.scripts ?? {}, start.script);
}
