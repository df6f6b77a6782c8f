import { flag, folder, list, text, type Values } from '@dema/buildpack';

export const settings = {
  BP_NODE_VERSION: text('Version, range or alias of Node.js; beats package.json, .nvmrc and .node-version'),
  BP_NODE_PROJECT_PATH: folder('Folder that holds the app', { default: '.' }),
  BP_NODE_RUN_SCRIPTS: list('Scripts of package.json to run in the build; without it "build", if there is one'),
  BP_NPM_START_SCRIPT: text('Script of package.json that starts the app; without it "start", if there is one'),
  BP_LAUNCHPOINT: text('File that starts the app, instead of a script or one of the usual names'),
  BP_VERIFY_LAUNCHPOINT: flag('Whether the file in BP_LAUNCHPOINT must be there after the build', { default: true }),
  BP_NODE_OPTIMIZE_MEMORY: flag(
    'Whether the heap is three quarters of the memory that a container may have when it starts',
  ),
  BP_LAUNCH_WITH_TINI: flag('Known from elsewhere; signals reach the app without it'),
  BP_KEEP_NODE_BUILD_CACHE: flag('Whether node_modules/.cache stays in the image'),
};

export type NodejsSettings = Values<typeof settings>;
