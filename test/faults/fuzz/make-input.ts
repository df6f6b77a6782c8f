import { parseToml } from '@dema/spec';
import type { NamedFuzzTarget } from '@dema/testkit';
import { changeBytes, makeBytes } from './change-bytes.ts';
import { changeValue } from './change-value.ts';
import { mendTar } from './mend-tar.ts';
import { createRandom, type Random } from './random.ts';
import { renderJsonText, renderTomlText } from './render-value.ts';

/** Input number `index` of a target: the same for the same seed, whatever was made before it. */
export type MakeInput = (index: number) => Buffer;

const PARSE = { json: JSON.parse, toml: (text: string) => parseToml(text, 'seed') };
const RENDER = { json: renderJsonText, toml: renderTomlText };

export function createInputs(target: NamedFuzzTarget, seed: string): MakeInput {
  const seeds = target.seeds.map((one) => Buffer.from(one));
  const tokens = (target.tokens ?? []).map((token) => Buffer.from(token));
  const makeValue = valueMaker(target, seeds);
  return (index) => {
    const random = createRandom(`${seed} ${target.name} ${index}`);
    const changes = { random, seeds, tokens, longest: target.longest ?? 128 * 1024 };
    const value = makeValue && !random.once(3) ? makeValue(random) : undefined;
    const input = value && value.length <= changes.longest ? value : makePlain(changes);
    const mended = target.format === 'tar' && !random.once(3) ? mendTar(input) : input;
    return target.wrap && random.once(2) ? Buffer.from(target.wrap(mended)) : mended;
  };
}

function makePlain(changes: Parameters<typeof changeBytes>[0]): Buffer {
  return changes.seeds.length > 0 && !changes.random.once(5) ? changeBytes(changes) : makeBytes(changes);
}

function valueMaker({ format }: NamedFuzzTarget, seeds: Buffer[]): ((random: Random) => Buffer) | undefined {
  if (format !== 'json' && format !== 'toml') return undefined;
  const values = seeds.map((one): unknown => PARSE[format](one.toString()));
  return (random) => Buffer.from(RENDER[format](changeValue(random.pick(values), random)));
}
