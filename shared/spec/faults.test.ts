import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { buildpackApiUnsupported, labelInvalid, tomlSyntaxInvalid, valueInvalid } from './faults.ts';

test('a wrong syntax', () => {
  const fault = tomlSyntaxInvalid({ file: 'buildpack.toml', line: 3, column: 7, reason: 'Unexpected character' });
  expect(formatFault(fault)).toMatchInlineSnapshot(`
    "error: buildpack.toml:3:7: not valid TOML: Unexpected character
    what to do: correct buildpack.toml at line 3; TOML 1.0 is described at https://toml.io
    (SPEC_TOML_INVALID)"
  `);
});

test('a wrong syntax at an unknown place', () => {
  const { problem, fix } = tomlSyntaxInvalid({ file: 'launch.toml', reason: 'Invalid Datetime' });
  expect(problem).toBe('launch.toml: not valid TOML: Invalid Datetime');
  expect(fix).toBe('correct launch.toml; TOML 1.0 is described at https://toml.io');
});

test('a wrong value', () => {
  const fault = valueInvalid({
    file: 'launch.toml',
    line: 9,
    key: 'processes[1].type',
    reason: 'must be a string, but is 5',
    fix: 'make `processes[1].type` a string',
  });
  expect(formatFault(fault)).toMatchInlineSnapshot(`
    "error: launch.toml:9: \`processes[1].type\` must be a string, but is 5
    what to do: make \`processes[1].type\` a string
    (SPEC_VALUE_INVALID)"
  `);
});

test('a Buildpack API that is not supported', () => {
  const fault = buildpackApiUnsupported({ file: 'buildpack.toml', api: '0.99', supported: ['0.9', '0.10'] });
  expect(fault.exitCode).toBe(12);
  expect(formatFault(fault)).toMatchInlineSnapshot(`
    "error: buildpack.toml declares Buildpack API 0.99, which is not supported
    what to do: use a version of the buildpack for one of the Buildpack APIs 0.9, 0.10
    (SPEC_BUILDPACK_API_UNSUPPORTED)"
  `);
});

test('a label that cannot be read', () => {
  expect(formatFault(labelInvalid('io.x', 'example/builder', 'it is not JSON'))).toMatchInlineSnapshot(`
    "error: The label io.x of example/builder cannot be read: it is not JSON.
    what to do: Make the image anew with the tool that wrote it, or name another one.
    (SPEC_LABEL_INVALID)"
  `);
});
