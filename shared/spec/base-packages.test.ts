import { expect, test } from 'vitest';
import { BASE_METADATA_LABEL, findBasePackages, findPackagesOfBase, renderBaseMetadata } from './base-packages.ts';

const PAKETO = { 'io.paketo.stack.packages': '[{"name":"adduser","version":"3.1","arch":"all"},{"name":1}]' };

test('what is written is read, in the order of names', () => {
  const label = renderBaseMetadata([
    { name: 'zlib1g', version: '1:1.3' },
    { name: 'libc6', version: '2.41-12' },
  ]);
  expect(label).toBe('{"packages":{"libc6":"2.41-12","zlib1g":"1:1.3"}}');
  expect(findBasePackages({ [BASE_METADATA_LABEL]: label })).toEqual(
    new Map([
      ['libc6', '2.41-12'],
      ['zlib1g', '1:1.3'],
    ]),
  );
});

test("a list of Paketo's is believed of a base image alone, as a rebase leaves it in an app image", () => {
  expect(findPackagesOfBase(PAKETO)).toEqual(new Map([['adduser', '3.1']]));
  expect(findBasePackages(PAKETO)).toBeUndefined();
});

test.each(['', '{', '[]', '{"packages":[]}', 'null', '{"packages":null}'])('%j says nothing of packages', (label) => {
  expect(findPackagesOfBase({ [BASE_METADATA_LABEL]: label })).toBeUndefined();
});
