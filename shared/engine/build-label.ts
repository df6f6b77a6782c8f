import type { Image } from '@dema/oci';
import { BUILD_LABEL, type BuildLabel, type ProcessLabel } from './lifecycle-metadata.ts';

/** What of the label is told to people, and started. */
export interface FoundBuildLabel {
  buildpacks: Pick<BuildLabel['buildpacks'][number], 'id' | 'version'>[];
  processes: Pick<ProcessLabel, 'type' | 'command' | 'args'>[];
  defaultType?: string;
}

/**
 * What an image says of its build, whoever made it: before Platform API 0.10 a command is one text. Undefined without the label;
 * what is not of its shape is as good as absent.
 */
export function findBuildLabel({ config: { config } }: Image): FoundBuildLabel | undefined {
  const label = config?.Labels?.[BUILD_LABEL];
  if (label === undefined) return undefined;
  const { buildpacks, processes, 'buildpack-default-process-type': defaultType } = parseTable(label);
  return {
    buildpacks: tablesOf(buildpacks).map(({ id, version }) => ({ id: textOf(id), version: textOf(version) })),
    processes: tablesOf(processes).map(({ type, command, args }) => {
      return { type: textOf(type), command: textsOf(command), args: textsOf(args) };
    }),
    ...(typeof defaultType === 'string' && { defaultType }),
  };
}

function parseTable(text: string): Record<string, unknown> {
  try {
    const [table = {}] = tablesOf([JSON.parse(text)]);
    return table;
  } catch {
    return {};
  }
}

function tablesOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}
