import type { FolderView } from '@dema/buildpack';
import { launchpointMissing, startMissing, startScriptMissing } from './faults.ts';
import { ENTRY_FILES, type NodejsApp } from './inspect-app.ts';
import type { NodejsSettings } from './settings.ts';
import { type ScriptCommand, translateScript } from './start-script.ts';

export interface StartCommand extends ScriptCommand {
  /** What decided, for the log. */
  reason: string;
}

/** By precedence: BP_LAUNCHPOINT, the start script, `main` of package.json, a file of one of the usual names. */
export async function determineStart(
  folder: FolderView,
  { packageJson }: NodejsApp,
  settings: NodejsSettings,
): Promise<StartCommand> {
  const { BP_LAUNCHPOINT: launchpoint, BP_NPM_START_SCRIPT: wantedScript } = settings;
  if (launchpoint) {
    if (settings.BP_VERIFY_LAUNCHPOINT && !(await folder.find(launchpoint))) throw launchpointMissing(launchpoint);
    return startFile(launchpoint, 'BP_LAUNCHPOINT');
  }
  const scripts = packageJson?.scripts ?? {};
  if (wantedScript && !scripts[wantedScript]) throw startScriptMissing(wantedScript, Object.keys(scripts));
  const script = wantedScript ?? 'start';
  if (scripts[script]) {
    return { ...(await translateScript(folder, scripts, script)), reason: `the script "${script}" of package.json` };
  }
  const main = packageJson?.main;
  const mainFile = main && (await folder.find(main, `${main}.js`, `${main}/index.js`));
  if (mainFile) return startFile(mainFile, '"main" of package.json');
  const entry = await folder.find(...ENTRY_FILES);
  if (!entry) throw startMissing(packageJson !== undefined, ENTRY_FILES);
  return startFile(entry, 'a file of a usual name');
}

function startFile(file: string, reason: string): StartCommand {
  return { command: ['node', file], variables: {}, reason };
}
