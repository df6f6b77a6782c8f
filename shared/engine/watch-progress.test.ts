import { expect, test } from 'vitest';
import { parseProgress } from './watch-progress.ts';

test('progress is what a buildpack says, if it makes sense', () => {
  expect(parseProgress('{"what":"Node.js","bytes":1,"total":2}')).toEqual({ what: 'Node.js', bytes: 1, total: 2 });
  expect(parseProgress('{"what":"Node.js","bytes":1}')).toEqual({ what: 'Node.js', bytes: 1 });
  for (const text of [undefined, '', '{"what":"No', 'null', '[]', '{"what":1,"bytes":1}', '{"what":"x"}']) {
    expect(parseProgress(text)).toBeUndefined();
  }
});
