import type { Digest } from '@dema/store';
import { expect, test } from 'vitest';
import { layerOutcomes } from './layer-outcomes.ts';

const [A, B] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}` as Digest) as [Digest, Digest];

interface Row {
  restored?: { sha: Digest; contents: boolean };
  refused?: string;
  /** Absent when the buildpack has no such layer now, empty when it keeps it without contents. */
  now?: { sha?: Digest };
}

test.each<[string, Row, string]>([
  ['a new layer', { now: { sha: A } }, 'made: no earlier build left it'],
  [
    'one that could not be restored',
    { refused: 'its contents in the store were damaged', now: { sha: A } },
    'made: its contents in the store were damaged',
  ],
  [
    'contents left alone',
    { restored: { sha: A, contents: true }, now: { sha: A } },
    'reused: its contents are as they were restored',
  ],
  [
    'contents that changed',
    { restored: { sha: A, contents: true }, now: { sha: B } },
    'changed: the buildpack changed what was restored',
  ],
  [
    'metadata alone, kept',
    { restored: { sha: A, contents: false }, now: {} },
    'reused: as it is in the previous image',
  ],
  [
    'metadata alone, made again alike',
    { restored: { sha: A, contents: false }, now: { sha: A } },
    'reused: the buildpack made it again with the same contents',
  ],
  [
    'metadata alone, made otherwise',
    { restored: { sha: A, contents: false }, now: { sha: B } },
    'changed: the buildpack made it again with other contents',
  ],
  ['no type any more', { restored: { sha: A, contents: true } }, 'dropped: the buildpack gave it no type this time'],
])('%s', (_, { restored, refused, now }, told) => {
  const folder = {
    restored: new Map(restored ? [['x', restored]] : []),
    refused: new Map(refused ? [['x', refused]] : []),
  };
  const layers = new Map(now ? [['x', { contents: now.sha ? { path: '' } : undefined }]] : []);
  const shas = new Map(now?.sha ? [['x', now.sha]] : []);
  const [outcome] = layerOutcomes(folder, layers, shas);
  expect(`${outcome?.outcome}: ${outcome?.reason}`).toBe(told);
});
