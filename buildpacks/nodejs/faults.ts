import type { TextPosition } from '@dema/buildpack';
import { type Fault, fault } from '@dema/errors';

export function packageJsonInvalid(file: string, { line, column }: TextPosition, problem: string): Fault {
  return fault('NODEJS_PACKAGE_JSON_INVALID', {
    problem: `${file}:${line}:${column} is not valid JSON: ${problem}.`,
    fix: `Correct ${file} at line ${line}, column ${column}; \`npm pkg get name\` in that folder says nothing when it is right.`,
    blame: 'user',
  });
}

export function packageJsonNoObject(file: string): Fault {
  return fault('NODEJS_PACKAGE_JSON_INVALID', {
    problem: `${file} is not an object.`,
    fix: `Write {…} in ${file}, as \`npm init\` does, or remove the file.`,
    blame: 'user',
  });
}

export function packageJsonFieldInvalid(file: string, field: string, expected: string): Fault {
  return fault('NODEJS_PACKAGE_JSON_FIELD_INVALID', {
    problem: `"${field}" in ${file} is not ${expected}.`,
    fix: `Make "${field}" ${expected}, or remove it.`,
    blame: 'user',
  });
}

export function lockFileInvalid(file: string, { line, column }: TextPosition, problem: string): Fault {
  return fault('NODEJS_LOCK_FILE_INVALID', {
    problem: `${file}:${line}:${column} is not valid JSON: ${problem}.`,
    fix: `Take ${file} from version control again, or remove it, run \`npm install\`, and commit the new one. Marks of an unfinished merge are the usual cause.`,
    blame: 'user',
  });
}

export function versionInvalid(source: string, version: string): Fault {
  return fault('NODEJS_VERSION_INVALID', {
    problem: `${source} asks for Node.js ${JSON.stringify(version)}, which is no version, no range of versions and no known alias.`,
    fix: `Write a version such as 24.21.0, a range such as ">=22 <25" or 24.x, or an alias such as lts/* in ${source}.`,
    blame: 'user',
  });
}

export function projectPathMissing(folder: string): Fault {
  return fault('NODEJS_PROJECT_PATH_MISSING', {
    problem: `BP_NODE_PROJECT_PATH is ${JSON.stringify(folder)}, and the app has no such folder.`,
    fix: "Set BP_NODE_PROJECT_PATH to a folder of the app, written from the app's root, or unset it.",
    blame: 'user',
  });
}

export function runtimeBroken(version: string, output: string): Fault {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(output)?.[1];
  return fault('NODEJS_RUNTIME_BROKEN', {
    problem: `Node.js ${version} does not start in the build image${library ? `, which lacks ${library}` : ''}.`,
    details: output.trim().split('\n').slice(-10),
    fix: `Use a builder whose images have ${library ?? 'what it needs'}, or another line of Node.js by BP_NODE_VERSION.`,
    blame: 'platform',
  });
}

export function packageManagerUnsupported(name: string, source: string): Fault {
  return fault('NODEJS_PACKAGE_MANAGER_UNSUPPORTED', {
    problem: `${source} asks for ${name}, and this buildpack installs packages with npm.`,
    fix: `Run \`npm install\` in the app, commit the package-lock.json that it writes, and remove ${source}.`,
    blame: 'user',
  });
}

export function vendoredPackagesUnmet(problems: string[]): Fault {
  return fault('NODEJS_VENDORED_PACKAGES_UNMET', {
    problem: 'node_modules is part of the app, and it is not what package.json asks for.',
    details: problems,
    fix: 'Run `npm install` in the app and commit node_modules again; or remove it from the app and commit package-lock.json, so that the build installs the packages.',
    blame: 'user',
  });
}

export function startMissing(hasPackageJson: boolean): Fault {
  const said = hasPackageJson
    ? 'package.json has no "start" script and no "main" that is there'
    : 'there is no package.json';
  return fault('NODEJS_START_MISSING', {
    problem: `It is not clear how this app is started: ${said}, and there is no server, app, main or index file (.js, .cjs or .mjs).`,
    details: [
      '"scripts": { "start": "node path/to/file.js" }  in package.json',
      '"main": "path/to/file.js"                       in package.json',
      'BP_LAUNCHPOINT=path/to/file.js                  as a setting of the build',
    ],
    fix: 'Say it in one of the three ways above.',
    blame: 'user',
  });
}

export function startScriptMissing(name: string, scripts: string[]): Fault {
  return fault('NODEJS_START_SCRIPT_MISSING', {
    problem: `BP_NPM_START_SCRIPT is ${JSON.stringify(name)}, and package.json has no such script.`,
    fix: `Set BP_NPM_START_SCRIPT to ${listOr(scripts, 'a script of package.json')}, or unset it.`,
    blame: 'user',
  });
}

export function startScriptCircular(names: string[]): Fault {
  return fault('NODEJS_START_SCRIPT_CIRCULAR', {
    problem: `The script "${names[0]}" calls itself: ${names.join(' -> ')}.`,
    fix: 'Let one of these scripts start the program itself.',
    blame: 'user',
  });
}

/** @param call of npm or one of its kind */
export function startScriptCallUnknown(script: string, call: string, problem: string): Fault {
  return fault('NODEJS_START_SCRIPT_CALL_UNKNOWN', {
    problem: `The script "${script}" runs \`${call}\`, and ${problem}.`,
    fix: 'Correct the call, or add what it names; `npm run` in the folder of a package lists its scripts.',
    blame: 'user',
  });
}

const INSTALLS = /^(npm|pnpm|yarn) (i|ci|install|add|update)\b/;
const RUNS_MANY = /^(npm-run-all2?|run-[sp]|concurrently)\b/;

export function startScriptNeedsNpm(script: string, call: string): Fault {
  const fix = INSTALLS.test(call)
    ? 'Take it out of the script: packages are installed when the image is built.'
    : RUNS_MANY.test(call)
      ? 'Scripts that follow each other are written as `npm run a && npm run b`. Programs that run side by side are process types of their own, each with a line of a Procfile: `worker: node worker.js`.'
      : 'Write the program and its arguments in place of the call, or a plain `npm run NAME`, alone or with && around it. What prepares the app belongs into the build: BP_NODE_RUN_SCRIPTS names scripts that run there.';
  return fault('NODEJS_START_SCRIPT_NEEDS_NPM', {
    problem: `The script "${script}" runs \`${call}\`, which needs a package manager, and an image holds none.`,
    fix,
    blame: 'user',
  });
}

export function startProgramMissing(program: string): Fault {
  return fault('NODEJS_START_PROGRAM_MISSING', {
    problem: `The app is started with \`npx ${program}\`, which none of the packages in the image has.`,
    fix: `Run \`npm install --save-prod ${program}\` in the app, and commit package.json and the lock file.`,
    blame: 'user',
  });
}

/** @param owner the package that has the program */
export function startProgramOfDevelopment(script: string, program: string, owner: string): Fault {
  return fault('NODEJS_START_PROGRAM_OF_DEVELOPMENT', {
    problem: `The script "${script}" runs \`${program}\` of ${owner}, which only devDependencies ask for, and they are not in the image.`,
    fix: `When the program is part of the app that runs, move ${owner} from devDependencies to dependencies. When it prepares the app, take it out of the script: the build runs the script "build", and others that BP_NODE_RUN_SCRIPTS names.`,
    blame: 'user',
  });
}

export function startScriptNeedsShell(script: string, text: string, image: string): Fault {
  return fault('NODEJS_START_SCRIPT_NEEDS_SHELL', {
    problem: `The script "${script}" needs a shell for \`${text}\`, and the run image (${image}) has none.`,
    fix: 'Write it without pipes, patterns, redirections and substitutions, or as a JavaScript file that `node` runs; or build with a builder whose run image has a shell.',
    blame: 'user',
  });
}

export function launchpointMissing(file: string): Fault {
  return fault('NODEJS_LAUNCHPOINT_MISSING', {
    problem: `BP_LAUNCHPOINT is ${JSON.stringify(file)}, and there is no such file after the build.`,
    fix: 'Correct BP_LAUNCHPOINT. If the file appears only when the image runs, set BP_VERIFY_LAUNCHPOINT=false.',
    blame: 'user',
  });
}

export function runScriptMissing(name: string, scripts: string[]): Fault {
  return fault('NODEJS_RUN_SCRIPT_MISSING', {
    problem: `BP_NODE_RUN_SCRIPTS names ${JSON.stringify(name)}, and package.json has no such script.`,
    fix: `Set BP_NODE_RUN_SCRIPTS to ${listOr(scripts, 'scripts of package.json')}; set it to nothing to run none.`,
    blame: 'user',
  });
}

export function runScriptFailed(name: string, code: number, details: string[]): Fault {
  return fault('NODEJS_RUN_SCRIPT_FAILED', {
    problem: `The script "${name}" of package.json ended with exit code ${code}.`,
    details,
    fix: `Try \`npm run ${name}\` on a fresh clone. Names of other scripts, or nothing, in BP_NODE_RUN_SCRIPTS choose what is run.`,
    blame: 'user',
  });
}

function listOr(names: string[], instead: string): string {
  return names.length > 0 ? names.join(', ') : instead;
}

export function foreignNodeMissing(stderr: string): Fault {
  return fault('NODEJS_FOREIGN_NODE_MISSING', {
    problem: 'An earlier buildpack provides "node" in the build plan, but `node --version` does not work.',
    details: stderr.split('\n').filter((line) => line.trim() !== ''),
    fix: 'Take that buildpack out, or report to its authors that its layer needs `build = true` and a folder bin with node.',
    blame: 'platform',
  });
}
