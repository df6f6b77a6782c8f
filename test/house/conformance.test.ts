import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './repository.ts';

interface Row {
  feature: string;
  /** What shows it: `path`, or `path › title of a test`. */
  evidence: string[];
}

/** Rows of the tables of docs/conformance.md; the last cell names what shows the feature. */
function readRows(): Row[] {
  const lines = readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8').split('\n');
  const cells = lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  return cells.map((row) => ({
    feature: row[1]?.replaceAll('`', '') ?? '',
    evidence: [...(row[3] ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, text = '']) =>
      text.startsWith('npm ') ? [] : [text],
    ),
  }));
}

const rows = readRows();

test('the page lists features, each once', () => {
  expect(rows.length).toBeGreaterThan(50);
  expect(new Set(rows.map(({ feature }) => feature)).size).toBe(rows.length);
});

test.each(rows)('what is said to show $feature is there', ({ evidence }) => {
  for (const text of evidence) {
    const [path = '', title = ''] = text.split(' › ');
    expect(existsSync(join(ROOT, path)), path).toBe(true);
    if (title) expect(readFileSync(join(ROOT, path), 'utf8'), path).toContain(title);
  }
});
