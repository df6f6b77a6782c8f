import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { parseModuleLayers, parsePackageLabel, renderModuleLayers, renderPackageLabel } from './module-label.ts';

const LAYERS = 'io.buildpacks.buildpack.layers';
const PACKAGE = 'io.buildpacks.buildpackage.metadata';

test('maps stand in the order of bytes, also of names that are numbers', () => {
  const text =
    '{"Z":{"1":{"api":"","layerDiffID":"d"}},"a/b":{"1.0":{"api":"0.10","layerDiffID":"d"},"10":{"api":"","layerDiffID":"d"},"9":{"api":"","layerDiffID":"d"}}}';
  const modules = parseModuleLayers({ labels: { [LAYERS]: text }, image: 'i' });
  expect(renderModuleLayers(modules.toReversed())).toBe(text);
});

test('targets and stacks', () => {
  const text =
    '{"a":{"1":{"api":"0.10","stacks":[{"id":"s","mixins":["m"]}],"targets":[{"os":"linux","arch":"","variant":"v8","distros":[{"name":"debian","version":"13"}]}],"layerDiffID":"d"}}}';
  expect(renderModuleLayers(parseModuleLayers({ labels: { [LAYERS]: text }, image: 'i' }))).toBe(text);
});

test('the label of a package', () => {
  const text =
    '{"id":"acme/rust","name":"Rust","version":"1.2.3","homepage":"https://rust.example","keywords":["rust"],"exec-env":["test"],"licenses":[{"Type":"MIT","URI":""}],"clear-env":true,"stacks":[{"id":"*"}]}';
  const parsed = parsePackageLabel({ labels: { [PACKAGE]: text }, image: 'i' });
  expect(parsed && renderPackageLabel(parsed)).toBe(text);
});

test('an image without the label is no package', () => {
  expect(parsePackageLabel({ labels: {}, image: 'i' })).toBeUndefined();
});

test('a package of an extension has no stacks', () => {
  const text = '{"id":"acme/ext","version":"0.1.0","stacks":null}';
  const parsed = parsePackageLabel({ labels: { [PACKAGE]: text }, image: 'i' });
  expect(parsed?.stacks).toEqual([]);
  expect(parsed && renderPackageLabel(parsed)).toBe(text);
});

test.each([
  '{"..":{"1":{"layerDiffID":"d"}}}',
  '{"a":{"..":{"layerDiffID":"d"}}}',
  '{"a":{"1/2":{"layerDiffID":"d"}}}',
  '{"a":{"1":{}}}',
  '{"a":[]}',
])('%s is refused', (text) => {
  let code = '';
  try {
    parseModuleLayers({ labels: { [LAYERS]: text }, image: 'i' });
  } catch (error) {
    code = isFault(error) ? error.code : String(error);
  }
  expect(code).toBe('SPEC_LABEL_INVALID');
});
