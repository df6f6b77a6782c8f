import { runScriptFailed, runScriptMissing } from './faults.ts';
import { npmEnvironment, projectFolder } from './install-packages.ts';
import type { NodejsContext } from './nodejs-context.ts';

/** Scripts of package.json that the build runs: those of BP_NODE_RUN_SCRIPTS, else `build` where there is one. */
export function determineRunScripts({ facts, settings }: NodejsContext): string[] {
  const scripts = facts.packageJson?.scripts ?? {};
  const wanted = settings.BP_NODE_RUN_SCRIPTS;
  if (wanted === undefined) return scripts.build ? ['build'] : [];
  const missing = wanted.find((name) => !scripts[name]);
  if (missing !== undefined) throw runScriptMissing(missing, Object.keys(scripts));
  return wanted;
}

export async function runScripts(context: NodejsContext, scripts: string[], cache: string): Promise<void> {
  for (const name of scripts) {
    context.log.step(`Script "${name}" of package.json`);
    await context.exec('npm', ['run', name], {
      cwd: projectFolder(context).path,
      env: npmEnvironment(context.env, cache),
      failure: ({ code, stdout, stderr }) => runScriptFailed(name, code, lastLines(`${stdout}\n${stderr}`)),
    });
  }
}

function lastLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm error'));
  return lines.slice(-20);
}
