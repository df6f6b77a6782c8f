import { expect, test } from 'vitest';
import { nameArchitecture } from './name-architecture.ts';
import { JSON_PREPARATION } from './report-preparation.ts';

test('the same image for another architecture has another name', () => {
  const names: string[] = [];
  const preparation = { ...JSON_PREPARATION, onBaseImage: ({ image }: { image: string }) => void names.push(image) };
  for (const architecture of ['amd64', 'arm64'])
    nameArchitecture(architecture, preparation)?.onBaseImage({ type: 'base-image-end', image: 'build-base' });
  expect(names).toEqual(['build-base for amd64', 'build-base for arm64']);
});
