import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeNextSteps } from './after-base-update.ts';

const DEFINITION = '[[order]]\n[[order.group]]\nid = "acme/hello"\n[[run.images]]\nimage = "NAME"\n';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-after-update-'));
  await writeFiles(root, {
    'published/builder.toml': DEFINITION.replace('NAME', 'registry.example/acme/base-run:13'),
    'own place/builder.toml': DEFINITION.replace('NAME', 'acme/base-run:13'),
    'broken/builder.toml': 'order',
    'pictures/base.toml': 'from = "base"\n',
  });
});
afterAll(() => rm(root, { recursive: true }));

const REBASE = '`dema rebase IMAGE...`';

test('built-in base images are made when images are put on them', async () => {
  expect(await describeNextSteps(['base', 'tiny'], {})).toEqual([
    `${REBASE} puts images on the run image that is made of them`,
  ]);
});

test('one that stands in a registry is published again before', async () => {
  const folder = join(root, 'published');
  expect(await describeNextSteps([folder], {})).toEqual([
    `\`dema base create ${folder} --publish\`, with \`--arch\` as before, sends the images anew; then ${REBASE} puts others on them`,
  ]);
  expect(await describeNextSteps([folder], { npm_command: 'exec' })).toEqual([
    expect.stringContaining(`\`npx dema base create ${folder} --publish\``),
  ]);
});

test.each(['own place', 'pictures', 'broken'])('%s is made anew before, wherever it goes', async (name) => {
  const folder = join(root, name);
  const word = name.includes(' ') ? `'${folder}'` : folder;
  expect(await describeNextSteps([folder], {})).toEqual([
    `\`dema base create ${word}\` makes the images anew, with \`--publish --tag NAME\` in a registry; then ${REBASE} puts others on them`,
  ]);
});
