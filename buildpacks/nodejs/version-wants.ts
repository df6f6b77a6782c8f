import type { FolderView } from '@dema/buildpack';
import type { Want } from '@dema/dependencies';
import { semverOrder } from '@dema/versions';
import { versionInvalid } from './faults.ts';
import ltsLines from './lts-lines.json' with { type: 'json' };

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

/** As nvm has them: `node`, `lts/*`, `lts/krypton`, `lts/-1` (the line before the newest); a code name may also stand alone. */
function findAlias(text: string): string | undefined {
  if (ANY_VERSION.includes(text)) return '*';
  const lines = new Map(Object.entries<number>(ltsLines));
  if (lines.has(text)) return `${lines.get(text)}.x`;
  const alias = /^lts(?:\/(.+))?$/.exec(text);
  if (!alias) return undefined;
  const [, name = '*'] = alias;
  const back = name === '*' ? 0 : /^-\d+$/.test(name) ? Number(name) : undefined;
  const line = back === undefined ? lines.get(name) : [...lines.values()].at(back - 1);
  return line === undefined ? undefined : `${line}.x`;
}

function firstLine(text: string | undefined): string | undefined {
  const lines = (text ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.find((line) => line !== '');
}
