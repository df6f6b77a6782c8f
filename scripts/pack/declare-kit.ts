import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '@dema/exec';

/** Writes the types of what authors of buildpacks import, below `target` by their paths in the repository. */
export async function declareKit(repository: string, target: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-types-'));
  const config = {
    extends: join(repository, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: repository,
      outDir: target,
      typeRoots: [join(repository, 'node_modules/@types')],
    },
    files: ['buildpack', 'testkit'].map((name) => join(repository, `shared/${name}/index.ts`)),
    include: [join(repository, 'shared/**/*.d.ts')],
    exclude: ['**/node_modules'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { code, stdout } = await exec(join(repository, 'node_modules/.bin/tsc'), ['-p', folder], {
    env: { PATH: process.env.PATH ?? '' },
  });
  await rm(folder, { recursive: true });
  if (code !== 0) throw new Error(`the types of the kit cannot be written:\n${stdout}`);
}
