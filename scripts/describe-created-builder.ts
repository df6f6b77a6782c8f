import { counted } from '@dema/errors';
import { type Image, platformOf, renderPlatform } from '@dema/oci';
import { parseBuilderLabels } from '@dema/spec';

/** What an operator wants to see of a builder that was just made. */
export function describeCreated(references: string[], images: Image[]): string[] {
  return [...references, ...images.flatMap(describe)];
}

function describe(image: Image): string[] {
  const labels = parseBuilderLabels({ labels: image.config.config?.Labels ?? {}, image: 'the builder' });
  const [runImage] = labels.runImages;
  return [
    `  ${renderPlatform(platformOf(image))}, ${counted(image.layers.length, 'layer')}`,
    `    buildpacks  ${labels.buildpacks.map(({ id, version }) => `${id} ${version}`).join(', ')}`,
    `    run image   ${runImage?.image ?? 'none'}`,
    `    lifecycle   ${labels.lifecycle?.version ?? 'none: this builder serves dema alone; give one with --lifecycle'}`,
  ];
}
