import { parseReference } from '@dema/oci';
import type { Command } from 'commander';
import { imageMissing } from '../faults.ts';
import { sizeText } from '../size-text.ts';
import { openWorkplace } from '../workplace.ts';

export function addImagesCommands(program: Command): void {
  program
    .command('images')
    .description('List the images of the image store.')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const images = await (await openWorkplace(process.env)).images.list();
      if (json) process.stdout.write(`${JSON.stringify(images)}\n`);
      else if (images.length === 0) process.stderr.write('no images yet; `dema build PATH` makes one\n');
      else
        for (const { reference, digest, size } of images) {
          process.stdout.write(`${reference.padEnd(32)} ${digest.slice(0, 19)} ${sizeText(size).padStart(9)}\n`);
        }
    });
  program
    .command('rmi')
    .description('Remove images from the image store.')
    .argument('<image...>', 'names of the images')
    .action(async (names: string[]) => {
      const { images } = await openWorkplace(process.env);
      for (const reference of names.map(parseReference)) {
        const known = (await images.list()).map((image) => image.reference);
        if (!(await images.remove(reference))) throw imageMissing(reference, known);
        process.stdout.write(`${reference}\n`);
      }
    });
}
