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
    .option('--json', 'print what was removed as JSON')
    .action(async (names: string[], { json }: { json?: boolean }) => {
      const { images } = await openWorkplace(process.env);
      const references = [...new Set(names.map(parseReference))];
      const known = (await images.list()).map(({ reference }) => reference);
      const missing = references.find((reference) => !known.includes(reference));
      if (missing !== undefined) throw imageMissing(missing, known);
      for (const reference of references) await images.remove(reference);
      process.stdout.write(json ? `${JSON.stringify({ removed: references })}\n` : `${references.join('\n')}\n`);
    });
}
