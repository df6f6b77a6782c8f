import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSettingsPage } from './settings-page.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** Writes the pages of the documentation that are made from code. */
async function writePages(): Promise<void> {
  await writeFile(join(REPOSITORY, 'docs/settings.md'), await renderSettingsPage(join(REPOSITORY, 'buildpacks')));
}

await writePages();
