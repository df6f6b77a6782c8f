import { dataFiles } from './data-files.ts';
import { dependencyReasons } from './dependency-reasons.ts';
import { fileSizes } from './file-sizes.ts';
import { forbiddenWords } from './forbidden-words.ts';
import { buildpackHost, importDirections } from './import-directions.ts';
import { manifests } from './manifests.ts';
import type { Rule } from './rule.ts';

export const RULES: Rule[] = [
  importDirections,
  buildpackHost,
  manifests,
  dependencyReasons,
  dataFiles,
  forbiddenWords,
  fileSizes,
];
