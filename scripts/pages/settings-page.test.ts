import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { renderSettingsPage } from './settings-page.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

test('docs/settings.md has all settings, as they are declared (`npm run docs` writes it)', async () => {
  const page = await readFile(join(REPOSITORY, 'docs/settings.md'), 'utf8');
  expect(page).toBe(await renderSettingsPage(join(REPOSITORY, 'buildpacks')));
});

test('a new setting needs nothing but its declaration', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-settings-page-'));
  const setting = (rest: string) => `{ help: 'Says it', choices: ['a', 'b'], ${rest} }`;
  await writeFiles(folder, {
    'README.md': '',
    'tool/buildpack.toml':
      'api = "0.10"\n[buildpack]\nid = "x/tool"\nversion = "1.0.0"\nname = "Tool"\ndescription = "Tools"\n',
    'tool/index.ts': `export default { settings: { BP_A: ${setting(`kind: 'choice', default: 'a', formerly: ['BP_B']`)}, BPL_C: ${setting(`kind: 'text', choices: []`)} } };`,
  });
  const page = await renderSettingsPage(folder);
  expect(page.slice(page.indexOf('## Tool'))).toBe(`## Tool

\`x/tool\`: Tools

| setting of the build | what it says | value | default |
|---|---|---|---|
| \`BP_A\` | Says it. Formerly \`BP_B\`. | \`a\`, \`b\` | \`a\` |

| setting of the start | what it says | value | default |
|---|---|---|---|
| \`BPL_C\` | Says it. | text |  |
`);
  await rm(folder, { recursive: true });
});
