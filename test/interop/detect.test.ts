import { type BuildpackFolder, expandOrder, findTargetMismatch, listBuildpacks, settleOrder } from '@dema/engine';
import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';

interface Member {
  api?: string;
  info?: string[];
  more?: string[];
  code?: number;
  provides?: string[];
  requires?: string[];
}

interface DetectCase {
  buildpacks: Record<string, Member>;
  order: string[][];
  run?: string[];
  system?: { pre?: string[]; post?: string[] };
}

/** Ids of the group that is taken, or the exit code of the lifecycle. */
type Golden = string[] | number;

test.each(await readCases<DetectCase, Golden>('detect'))('detect: $name', ({ given, golden }) => {
  const folders = Object.entries(given.buildpacks).map(([id, member]) => folderOf(id, member));
  const order = given.order.map((ids) => ids.map((id) => ({ id: id.replace('?', ''), optional: id.endsWith('?') })));
  const { pre = [], post = [] } = given.system ?? {};
  const members = (ids: string[]) => ids.map((id) => ({ id, optional: false }));
  const system = { pre: members(pre), post: members(post) };
  const builder = { name: 'golden', buildpacks: folders, order, system };
  const [os = '', arch = '', variant = '', distroName = '', distroVersion = ''] = given.run ?? RUN;
  const target = { os, arch, variant, distroName, distroVersion };
  const answers = listBuildpacks(builder, 'production').map((buildpack) => {
    const mismatch = findTargetMismatch(buildpack.descriptor, true, target);
    return [buildpack, answerOf(given.buildpacks[buildpack.folder] ?? {}, mismatch)] as const;
  });
  const result = settleOrder(expandOrder(builder, 'production'), new Map(answers));
  const ids = 'settled' in result ? result.settled.group.map(({ id }) => id) : undefined;
  expect(ids ?? ('hadErrors' in result && result.hadErrors ? 21 : 20)).toEqual(golden);
});

const RUN = ['linux', 'amd64', '', 'debian', '13'];

function folderOf(id: string, { api = '0.10', info = [], more = [] }: Member): BuildpackFolder {
  const lines = [`api = "${api}"`, '[buildpack]', `id = "${id}"`, 'version = "1"', ...info, ...more];
  return { folder: id, descriptor: parseBuildpackToml(lines.join('\n'), 'buildpack.toml') };
}

function answerOf({ code = 0, provides = [], requires = [] }: Member, mismatch: string | undefined) {
  const plan = {
    provides: provides.map((name) => ({ name })),
    requires: requires.map((name) => ({ name, metadata: {} })),
    or: [],
  };
  const isNo = code === 100 || mismatch !== undefined;
  const verdict: 'pass' | 'fail' | 'error' = isNo ? 'fail' : code === 0 ? 'pass' : 'error';
  return { verdict, reason: mismatch ?? '', plan, isError: mismatch !== undefined || verdict === 'error' };
}
