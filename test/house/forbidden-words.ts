import { type Finding, lineAt, type Rule } from './rule.ts';

/** In parts, so that this file does not hold what it forbids. */
const HOSTS = [
  ['npmjs', 'org'],
  ['npmjs', 'com'],
  ['yarnpkg', 'com'],
  ['debian', 'org'],
  ['maven', 'org'],
  ['maven', 'apache', 'org'],
  ['proxy', 'golang', 'org'],
  ['sum', 'golang', 'org'],
  ['pypi', 'org'],
  ['pythonhosted', 'org'],
  ['crates', 'io'],
  ['nuget', 'org'],
  ['packagist', 'org'],
];

const FORBIDDEN = [
  {
    pattern: new RegExp(`\\b(${HOSTS.map((parts) => parts.join('\\.')).join('|')})\\b`, 'gi'),
    problem: (word: string) => `names the registry host ${word}; addresses come from the clients' configuration.`,
  },
  {
    pattern: new RegExp(`(?<![\\w.@*-])/${'work'}/[\\w.-]+`, 'g'),
    problem: (word: string) => `names ${word}, a path of one machine.`,
  },
  {
    pattern: new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`, 'g'),
    problem: (word: string) => `holds a ${word}; what is open belongs in the tracker.`,
  },
];

/** Nothing in the repository ties it to a registry's host or to one machine. */
export const forbiddenWords: Rule = {
  name: 'forbidden words',
  find: (repository) => [...repository].flatMap(([path, text]) => findWords(path, text)),
};

function findWords(path: string, text: string): Finding[] {
  return FORBIDDEN.flatMap(({ pattern, problem }) =>
    [...text.matchAll(pattern)].map((match) => ({
      path,
      line: lineAt(text, match.index),
      problem: `The line ${problem(match[0])}`,
    })),
  );
}
