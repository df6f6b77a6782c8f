import type { FolderView } from '@dema/buildpack';
import type { Want } from '@dema/dependencies';
import { semverOrder } from '@dema/versions';
import { versionInvalid } from './faults.ts';

/** Long-term support lines by code name (the schedule of the Node.js Release working group). */
const LTS_LINES: Record<string, number> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
  lithium: 26,
};

const ANY_VERSION = ['node', 'latest', 'current', 'stable'];

export interface VersionSources {
  folder: FolderView;
  /** BP_NODE_VERSION. */
  setting?: string;
  /** `engines.node` of package.json. */
  engines?: string;
}

/** Who asks for which Node.js, by precedence. Fault NODEJS_VERSION_INVALID. */
export async function determineVersionWants({ folder, setting, engines }: VersionSources): Promise<Want[]> {
  const wants = [
    ['BP_NODE_VERSION', setting],
    ['package.json', engines],
    ['.nvmrc', firstLine(await folder.readText('.nvmrc'))],
    ['.node-version', firstLine(await folder.readText('.node-version'))],
  ] as const;
  return wants.flatMap(([source, text]) => (text ? [determineWant(source, text)] : []));
}

/** A want in the words of a range: `lts/jod` is 22.x, `v24` is 24. */
export function determineWant(source: string, text: string): Want {
  const plain = text.trim().replace(/^v(?=\d)/, '');
  const range = findAlias(plain.toLowerCase()) ?? plain;
  if (!semverOrder.isRange(range)) throw versionInvalid(source, text);
  return { source, range };
}

function findAlias(text: string): string | undefined {
  if (ANY_VERSION.includes(text)) return '*';
  const name = /^lts(?:\/(.+))?$/.exec(text);
  if (!name) return undefined;
  const line = name[1] === undefined || name[1] === '*' ? Math.max(...Object.values(LTS_LINES)) : LTS_LINES[name[1]];
  return line === undefined ? undefined : `${line}.x`;
}

function firstLine(text: string | undefined): string | undefined {
  const lines = (text ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.find((line) => line !== '');
}
