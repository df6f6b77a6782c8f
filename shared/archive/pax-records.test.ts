import { expect, test } from 'vitest';
import { parsePaxRecords, renderPaxRecords } from './pax-records.ts';

test('a record counts the digits of its own length', () => {
  for (const size of [1, 3, 4, 5, 6, 86, 87, 88, 89, 90, 91, 987, 988, 989, 990]) {
    const records = new Map([['path', 'x'.repeat(size)]]);
    const rendered = renderPaxRecords(records);
    expect(Number.parseInt(String(rendered), 10)).toBe(rendered.length);
    expect(parsePaxRecords(rendered)).toEqual(records);
  }
});

test('records stand in the order of their keys', () => {
  const records = new Map([
    ['uid', '7'],
    ['path', 'ä=\n'],
  ]);
  expect(String(renderPaxRecords(records))).toBe('13 path=ä=\n\n8 uid=7\n');
  expect(parsePaxRecords(renderPaxRecords(records))).toEqual(records);
});

test.each(['5', ' a=b\n', '6 a=b\nx', '99 a=b\n', '6 a=bx', '5 ab\n', '5 =b\n', '-6 a=b\n', '06x a=b\n', '1 a=b\n'])(
  '%j is a fault',
  (text) => {
    expect(() => parsePaxRecords(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'ARCHIVE_TAR_INVALID' }));
  },
);
