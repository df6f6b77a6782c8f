import { malformedTar } from './faults.ts';
import { decodePath, encodePath } from './path-bytes.ts';

/** Records of an extended header in the order of their keys, each `<length> <key>=<value>\n` (POSIX pax, "extended header"). */
export function renderPaxRecords(records: ReadonlyMap<string, string>): Buffer {
  const sorted = [...records].sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.concat(sorted.map(([key, value]) => renderRecord(key, value)));
}

function renderRecord(key: string, value: string): Buffer {
  const content = Buffer.concat([Buffer.from(` ${key}=`), encodePath(value), Buffer.from('\n')]);
  // The length counts its own digits, and these may make it one digit longer.
  const guess = content.length + String(content.length).length;
  return Buffer.concat([Buffer.from(String(content.length + String(guess).length)), content]);
}

export function parsePaxRecords(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let start = 0; start < data.length; ) {
    const space = data.indexOf(0x20, start);
    const digits = space < 0 ? '' : data.toString('latin1', start, space);
    const end = start + Number(digits);
    if (!/^[0-9]{1,9}$/.test(digits) || end > data.length || end <= space + 1 || data[end - 1] !== 0x0a)
      throw malformedTar('an extended header record of wrong length');
    const equals = data.indexOf(0x3d, space);
    if (equals < 0 || equals >= end || equals === space + 1)
      throw malformedTar('an extended header record without a key');
    const value = decodePath(data.subarray(equals + 1, end - 1));
    const key = data.toString('utf8', space + 1, equals);
    if ((key === 'path' || key === 'linkpath') && value.includes('\0')) throw malformedTar('a name with a NUL byte');
    records.set(key, value);
    start = end;
  }
  return records;
}
