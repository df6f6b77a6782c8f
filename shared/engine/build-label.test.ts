import { emptyImage, setLabels } from '@dema/oci';
import { expect, test } from 'vitest';
import { findBuildLabel } from './build-label.ts';

const find = (label: string) =>
  findBuildLabel(
    setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), { 'io.buildpacks.build.metadata': label }),
  );

test('what an image says of its build', () => {
  const label = {
    buildpacks: [{ id: 'a', version: '1', homepage: 'x' }],
    processes: [{ type: 'web', command: ['node', 'x'], args: ['--y'] }],
    'buildpack-default-process-type': 'web',
  };
  expect(find(JSON.stringify(label))).toEqual({
    buildpacks: [{ id: 'a', version: '1' }],
    processes: [{ type: 'web', command: ['node', 'x'], args: ['--y'] }],
    defaultType: 'web',
  });
});

test('a command of an older platform is one text', () => {
  const label = { processes: [{ type: 'web', command: 'node x', args: null }] };
  expect(find(JSON.stringify(label))?.processes).toEqual([{ type: 'web', command: ['node x'], args: [] }]);
});

test.each(['', '{', 'null', '[]', '{"processes":null,"buildpacks":{}}', '{"processes":[null,1]}'])(
  '%j says nothing',
  (label) => {
    expect(find(label)).toEqual({ buildpacks: [], processes: [] });
  },
);

test('an image without the label', () => {
  expect(findBuildLabel(emptyImage({ os: 'linux', architecture: 'amd64' }))).toBeUndefined();
});
