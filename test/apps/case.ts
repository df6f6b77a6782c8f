import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** A request to the running app and what must come back. */
export interface HttpCheck {
  path: string;
  /** 200 without one. */
  status: number;
  /** The whole body. */
  body?: string;
  /** A part of the body. */
  contains?: string;
}

/** A sample app with what is expected of it: `<name>.case.jsonc` beside the folder `<name>`. */
export interface Case {
  /** `nodejs/express`. */
  name: string;
  description: string;
  /** Absolute path of the app's folder. */
  app: string;
  /** Settings of the build. */
  env: Record<string, string>;
  /** Code of the fault with which the build must end; with it, nothing else is expected. */
  fault?: string;
  /** Process types of the image with their command and arguments. */
  processes: Record<string, string[]>;
  http: HttpCheck[];
  /** Layers, as `<buildpack id>:<layer>`, that a second build of the same app must keep. */
  reused: string[];
}

type Check = (value: unknown) => boolean;

const FIELDS: Record<string, Check> = {
  description: isText,
  env: isTexts,
  fault: isText,
  processes: (value) => isRecord(value) && Object.values(value).every(isTextList),
  http: (value) => Array.isArray(value) && value.every(isRecord),
  reused: isTextList,
};

const HTTP_FIELDS: Record<string, Check> = {
  path: isText,
  status: (value) => Number.isInteger(value),
  body: isText,
  contains: isText,
};

/** All cases below `test/apps`, by name. */
export async function readCases(root: string = import.meta.dirname): Promise<Case[]> {
  const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.case.jsonc'));
  return Promise.all(files.sort().map((file) => readCase(join(root, file), root)));
}

/** Throws with file and line when the text is no JSON with comments, or has a key that is not known or has the wrong type. */
async function readCase(file: string, root: string = dirname(dirname(file))): Promise<Case> {
  const app = file.replace(/\.case\.jsonc$/, '');
  return { name: relative(root, app), app, ...parseCase(await readFile(file, 'utf8'), relative(root, file)) };
}

export function parseCase(text: string, file: string): Omit<Case, 'name' | 'app'> {
  const mistakes: ParseError[] = [];
  const tree = parseTree(text, mistakes, { allowTrailingComma: true });
  const [mistake] = mistakes;
  if (mistake) throw new Error(`${place(text, mistake.offset, file)}: ${printParseErrorCode(mistake.error)}`);
  const problem = tree && (findProblem(tree, FIELDS) ?? findHttpProblem(tree));
  if (!tree || problem)
    throw new Error(`${place(text, problem?.offset ?? 0, file)}: ${problem?.message ?? 'nothing in it'}`);
  const value = getNodeValue(tree);
  const http = (value.http ?? []).map((check: Partial<HttpCheck>) => ({ path: '/', status: 200, ...check }));
  return { description: '', env: {}, processes: {}, reused: [], ...value, http };
}

interface Problem {
  offset: number;
  message: string;
}

function findProblem(tree: Node, fields: Record<string, Check>): Problem | undefined {
  for (const { children: [key, value] = [] } of tree.children ?? []) {
    const check = fields[key?.value];
    if (!check)
      return { offset: key?.offset ?? 0, message: `"${key?.value}" is none of ${Object.keys(fields).join(', ')}` };
    if (value && !check(getNodeValue(value)))
      return { offset: value.offset, message: `"${key?.value}" has the wrong type` };
  }
  return undefined;
}

function findHttpProblem(tree: Node): Problem | undefined {
  const http = tree.children?.find(({ children: [key] = [] }) => key?.value === 'http')?.children?.[1];
  for (const check of http?.children ?? []) {
    const problem = findProblem(check, HTTP_FIELDS);
    if (problem) return problem;
  }
  return undefined;
}

function place(text: string, offset: number, file: string): string {
  return `${file}:${text.slice(0, offset).split('\n').length}`;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isText);
}
