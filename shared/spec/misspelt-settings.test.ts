import { expect, test } from 'vitest';
import { findMisspeltSettings } from './misspelt-settings.ts';

const DECLARED = [
  'BP_NODE_VERSION',
  'BP_NODE_RUN_SCRIPTS',
  'BP_PHP_VERSION',
  'BP_DISABLE_SBOM',
  'BPL_JVM_HEAD_ROOM',
  'BP_PHP_SERVER',
];

test.each([
  ['BP_NODE_VERSON', 'BP_NODE_VERSION'],
  ['BP_NODE_VERSIONS', 'BP_NODE_VERSION'],
  ['BP_NODEVERSION', 'BP_NODE_VERSION'],
  ['BP_NDOE_VERSION', 'BP_NODE_VERSION'],
  ['BP_VERSION_NODE', 'BP_NODE_VERSION'],
  ['BP_NODE_RUN_SCRIPT', 'BP_NODE_RUN_SCRIPTS'],
  ['BP_NODE_SCRIPTS', 'BP_NODE_RUN_SCRIPTS'],
  ['bp_node_version', 'BP_NODE_VERSION'],
  ['BP_JVM_HEAD_ROOM', 'BPL_JVM_HEAD_ROOM'],
  ['BP_DISABLE_SBON', 'BP_DISABLE_SBOM'],
])('%s is probably %s', (name, nearest) => {
  expect(findMisspeltSettings([name], DECLARED)).toEqual([{ name, nearest }]);
});

test.each([
  'BP_NODE_VERSION',
  'BP_PIP_VERSION',
  'BP_GO_VERSION',
  'BP_NPM_VERSION',
  'BP_JVM_VERSION',
  'BP_VERSION',
  'BP_DEPENDENCY_MIRROR_GITHUB_COM',
  'BP_LOG_LEVEL',
  'BP_COMPANY_TEAM',
  'BPE_NODE_VERSON',
  'BPE_APPEND_BP_NODE_VERSION',
  'NODE_VERSON',
  'PATH',
])('%s is left alone', (name) => {
  expect(findMisspeltSettings([name], DECLARED)).toEqual([]);
});

test('a setting of a buildpack that takes no part is known all the same', () => {
  expect(findMisspeltSettings(['BP_CODE_VERSION'], DECLARED)).toHaveLength(1);
  expect(findMisspeltSettings(['BP_CODE_VERSION'], DECLARED, ['BP_CODE_VERSION'])).toEqual([]);
});
