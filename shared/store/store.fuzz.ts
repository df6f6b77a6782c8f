import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@dema/testkit';
import { isDigest } from './digest.ts';
import { isAlive, parseIdentity } from './process-identity.ts';
import { readRecord, writeRecord } from './records.ts';

fuzz('records and their names', {
  seeds: ['layers', 'sha256:abc', '{"a":1}', '../../beside'],
  tokens: ['..', '/', '{', '}', '[', ']', '"'],
  inputs: 1200,
  async run(input, folder) {
    const [text, root] = [input.toString(), join(folder, 'store')];
    mkdirSync(join(root, 'tmp'), { recursive: true });
    await writeRecord(root, text, text, text);
    if ((await readRecord(root, text, text)) !== text) throw new Error('a record is another one');
    mkdirSync(join(root, 'records/kind'), { recursive: true });
    writeFileSync(join(root, 'records/kind/key.json'), input);
    return readRecord(root, 'kind', 'key');
  },
});

fuzz('names of claims', {
  seeds: ['1-2-abcdef012345-0123456789ab', '4194304-99999999999999999999-0'],
  tokens: ['-', '0', '99999999999999999999'],
  inputs: 600,
  run(input) {
    isDigest(input.toString());
    const identity = parseIdentity(input.toString());
    return identity && isAlive(identity);
  },
});
