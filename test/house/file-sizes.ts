import { isCode } from './imports.ts';
import type { Rule } from './rule.ts';

/** Lines after which a file holds more than one concept; a table of test cases may be longer. */
const MOST_LINES = 300;
const MOST_TEST_LINES = 500;

export const fileSizes: Rule = {
  name: 'sizes of files',
  find(repository) {
    return [...repository]
      .filter(([path]) => isCode(path))
      .flatMap(([path, text]) => {
        const lines = text.split('\n').length - 1;
        const most = path.endsWith('.test.ts') ? MOST_TEST_LINES : MOST_LINES;
        return lines > most
          ? [{ path, problem: `${lines} lines are more than ${most}; it holds more than one concept.` }]
          : [];
      });
  },
};
