import { fault } from '@dema/errors';
import { expect, test } from 'vitest';
import { analyze, type Destination } from './analyze.ts';

type StoredImage = NonNullable<Awaited<ReturnType<Destination['find']>>>;

function imagesThat(find: Destination['find']): Destination {
  return { find, put: () => Promise.reject(new Error('nothing is put')) };
}

test('a damaged image is no previous image, and the log says so', async () => {
  const events: object[] = [];
  const damaged = fault('OCI_IMAGE_INCOMPLETE', { problem: 'It lacks a layer.', fix: '', blame: 'platform' });
  const images = imagesThat(() => Promise.reject(damaged));
  expect(
    await analyze(
      { images: images, reference: 'shop:latest' },
      { execEnv: 'production', onEvent: (event) => events.push(event) },
    ),
  ).toBeUndefined();
  expect(events).toEqual([{ type: 'previous-image', digest: undefined, problem: 'It lacks a layer.' }]);
});

test('a place that no image can go to ends the build before it begins', async () => {
  const occupied = fault('OCI_LAYOUT_OCCUPIED', { problem: 'It holds files.', fix: '', blame: 'user' });
  const request = { images: imagesThat(() => Promise.reject(occupied)), reference: 'shop:latest' };
  await expect(analyze(request, { execEnv: 'production', onEvent: () => undefined })).rejects.toBe(occupied);
});

test('other errors are passed on', async () => {
  const images = imagesThat(() => Promise.reject(new Error('EIO')));
  await expect(
    analyze({ images: images, reference: 'shop:latest' }, { execEnv: 'production', onEvent: () => undefined }),
  ).rejects.toThrow('EIO');
});

test('an image for another execution environment is no previous image', async () => {
  const label = JSON.stringify({ app: [], buildpacks: [] });
  const stored = (execEnv?: string) => {
    const labels = { 'io.buildpacks.lifecycle.metadata': label, ...(execEnv && { 'io.buildpacks.exec-env': execEnv }) };
    return { digest: 'sha256:a', image: { config: { config: { Labels: labels } } } } as unknown as StoredImage;
  };
  const found = (image: StoredImage | undefined, execEnv: string) => {
    const images = imagesThat(() => Promise.resolve(image));
    const problems: unknown[] = [];
    const onEvent = (event: object) => problems.push('problem' in event ? event.problem : undefined);
    return analyze({ images, reference: 'shop:latest' }, { execEnv, onEvent }).then((previous) => [
      previous !== undefined,
      ...problems,
    ]);
  };
  expect(await found(stored('test'), 'test')).toEqual([true, undefined]);
  expect(await found(stored(), 'production')).toEqual([true, undefined]);
  expect(await found(stored('test'), 'production')).toEqual([false, 'the one that is there was made for test']);
  expect(await found(undefined, 'test')).toEqual([false, undefined]);
});
