import { fault } from '@dema/errors';
import { expect, test } from 'vitest';
import { analyze, type Destination } from './analyze.ts';

function imagesThat(find: Destination['find']): Destination {
  return { find, put: () => Promise.reject(new Error('nothing is put')) };
}

test('a damaged image is no previous image, and the log says so', async () => {
  const events: object[] = [];
  const damaged = fault('OCI_IMAGE_INCOMPLETE', { problem: 'It lacks a layer.', fix: '', blame: 'platform' });
  const images = imagesThat(() => Promise.reject(damaged));
  expect(await analyze({ images: images, reference: 'shop:latest' }, (event) => events.push(event))).toBeUndefined();
  expect(events).toEqual([{ type: 'previous-image', digest: undefined, problem: 'It lacks a layer.' }]);
});

test('a place that no image can go to ends the build before it begins', async () => {
  const occupied = fault('OCI_LAYOUT_OCCUPIED', { problem: 'It holds files.', fix: '', blame: 'user' });
  const request = { images: imagesThat(() => Promise.reject(occupied)), reference: 'shop:latest' };
  await expect(analyze(request, () => undefined)).rejects.toBe(occupied);
});

test('other errors are passed on', async () => {
  const images = imagesThat(() => Promise.reject(new Error('EIO')));
  await expect(analyze({ images: images, reference: 'shop:latest' }, () => undefined)).rejects.toThrow('EIO');
});
