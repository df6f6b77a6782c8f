import { resolve } from 'node:path';
import { type BuildEvent, checkApp, detectApp } from '@dema/engine';
import type { Command } from 'commander';
import { collect } from '../collect-option.ts';
import { collectEnv } from '../env-option.ts';
import { writeEvent } from '../json-events.ts';
import { type BuildChoices, prepareBuild } from '../prepare-build.ts';
import { createBuildReporter } from '../report-build.ts';
import { createPreparationReporter, JSON_PREPARATION } from '../report-preparation.ts';
import { withStop } from '../stop.ts';
import { collectVolume, VOLUME_HELP } from '../volume-option.ts';
import { openWorkplace } from '../workplace.ts';

interface DetectOptions extends BuildChoices {
  explain?: boolean;
  json?: boolean;
}

export function addDetectCommand(program: Command): void {
  program
    .command('detect')
    .description('Say which buildpacks would build the app in a folder.')
    .argument('[path]', 'folder with the source code of the app (default: this folder)')
    .option('--explain', 'print the yes or no of every buildpack with its reason, and the plan')
    .option('-B, --builder <name>', 'builder to use: name, folder or image (default: that of project.toml, or base)')
    .option('-b, --buildpack <id>', "buildpack instead of the builder's order; may be repeated", collect)
    .option('-d, --descriptor <file>', "file to read instead of the app's project.toml")
    .option('-e, --env <name[=value]>', 'variable for the build', collectEnv)
    .option('--env-file <file>', 'file with a variable a line; may be repeated', collect)
    .option('--volume <host:target[:mode]>', VOLUME_HELP, collectVolume)
    .option('--binding <dir>', 'service binding, or folder of them; may be repeated', collect)
    .option('--offline', 'use nothing but what the store holds')
    .option('--json', 'print one event a line as JSON')
    .action(async (path: string | undefined, options: DetectOptions) => detect(resolve(path ?? '.'), options));
}

async function detect(app: string, { explain, json, ...choices }: DetectOptions): Promise<void> {
  await checkApp(app);
  const workplace = await openWorkplace(process.env);
  const prepared = await prepareBuild(
    workplace,
    app,
    choices,
    json ? JSON_PREPARATION : createPreparationReporter(process.stderr),
  );
  const onEvent = chooseReporter(json, explain);
  const settled = await withStop((signal) =>
    detectApp({ ...workplace, ...prepared, app, hostEnv: {}, network: false, onEvent, signal }),
  );
  if (json) return;
  for (const { id, version } of settled.group) process.stdout.write(`${id} ${version}\n`);
}

function chooseReporter(json: boolean | undefined, explain: boolean | undefined): (event: BuildEvent) => void {
  if (json) return writeEvent;
  const report = createBuildReporter(process.stderr);
  return explain ? report : (event) => event.type === 'setting-unknown' && report(event);
}
