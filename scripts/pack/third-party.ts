import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the bundled packages ask to be passed on with them: name, version, licence and the licence's text. */
export async function renderThirdParty(repository: string, inputs: string[]): Promise<string> {
  const folders = new Set(inputs.flatMap((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const parts = await Promise.all([...folders].sort().map((folder) => describePackage(join(repository, folder))));
  return `This package holds code of the following packages.\n\n${parts.join('\n')}`;
}

async function describePackage(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), 'utf8') : 'The package holds no text of it.\n';
  return `${'-'.repeat(72)}\n${name} ${version}, ${license}\n\n${text}`;
}
