import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A case that people wrote, and what the real thing makes of it. */
export interface GoldenCase<Given, Golden> {
  name: string;
  given: Given;
  golden: Golden;
}

/** All cases of a kind; a case without its golden result, and a result without its case, is an error. */
export async function readCases<Given, Golden>(kind: string): Promise<GoldenCase<Given, Golden>[]> {
  const given = await readJson<Record<string, Given>>(`cases/${kind}.json`);
  const { results } = await readJson<{ results: Record<string, Golden> }>(`golden/${kind}.golden.json`);
  const names = new Set([...Object.keys(given), ...Object.keys(results)]);
  return [...names].map((name) => {
    const [one, golden] = [given[name], results[name]];
    if (one === undefined || golden === undefined)
      throw new Error(`${kind}: "${name}" changed; run \`npm run golden\``);
    return { name, given: one, golden };
  });
}

async function readJson<Value>(path: string): Promise<Value> {
  return JSON.parse(await readFile(join(import.meta.dirname, path), 'utf8'));
}
