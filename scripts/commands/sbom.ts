import { join } from 'node:path';
import type { SbomFormat } from '@dema/sbom';
import { SBOM_TYPES } from '@dema/spec';
import { type Command, Option } from 'commander';
import { collect } from '../collect-option.ts';
import { type FindChoices, findImage } from '../destination.ts';
import { type ImageSboms, mergeImageSboms, readImageSboms } from '../image-sboms.ts';
import { checkOutputFolder, writeOutputFile } from '../output-file.ts';
import { platformOption } from '../platform-option.ts';
import { openWorkplace } from '../workplace.ts';
import { writeSbomDocuments } from '../write-sbom-documents.ts';

interface SbomOptions extends Pick<FindChoices, 'platform' | 'insecureRegistry'> {
  format?: SbomFormat['name'];
  output?: string;
}

const EXAMPLES = `
Examples:
  dema sbom my-app
  dema sbom my-app --format spdx
  dema sbom my-app --output ./sbom`;

export function addSbomCommand(program: Command): void {
  program
    .command('sbom')
    .description('Print the software bill of materials of an image: what buildpacks put into it.')
    .argument('<image>', 'image of the image store, oci:DIR, archive:FILE, docker://NAME, daemon:NAME, or a path')
    .addOption(
      new Option('--format <format>', 'format of the document (default: cyclonedx)').choices(
        SBOM_TYPES.map(({ name }) => name),
      ),
    )
    .option('-o, --output <dir>', 'folder to write every format to, and what the image holds for each of its layers')
    .addOption(platformOption("this machine's"))
    .option('--insecure-registry <host>', 'registry that may speak plain HTTP or have any certificate', collect)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { format: wanted, output, ...choices }: SbomOptions) => {
      if (output) await checkOutputFolder(output);
      const { SBOM_FORMATS } = await import('@dema/sbom');
      const sboms = await readImageSboms(await findImage(await openWorkplace(process.env), name, choices));
      const formats = SBOM_FORMATS.filter((format) => format.name === (wanted ?? (output ? format.name : 'cyclonedx')));
      if (output) await writeSbomDocuments(output, sboms);
      for (const format of formats) await tell(sboms, format, output);
    });
}

async function tell(sboms: ImageSboms, format: SbomFormat, output: string | undefined): Promise<void> {
  const { text, without } = mergeImageSboms(sboms, format);
  for (const folder of without) process.stderr.write(`note: ${folder} has no document in the format ${format.name}\n`);
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  const file = join(output, `sbom.${format.extension}`);
  await writeOutputFile(file, text);
  process.stdout.write(`${file}\n`);
}
