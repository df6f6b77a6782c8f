import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Case, readCases } from '../apps/case.ts';
import { dema, eventsOf, makePlace, type Place, runImage } from './dema.ts';

const cases = await readCases();

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

function buildArguments({ app, env }: Case, tag: string): string[] {
  return [
    'build',
    app,
    '--tag',
    tag,
    '--json',
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
}

describe.each(cases.filter(({ fault }) => fault === undefined))('$name: $description', (sample) => {
  const tag = sample.name.replace('/', '-');
  let image: Record<string, unknown> | undefined;

  beforeAll(async () => {
    const { code, stdout, stderr } = await dema([...buildArguments(sample, tag), '--clear-cache'], place);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    image = eventsOf(stdout).find(({ type }) => type === 'image-written');
  });

  test('has its processes', async () => {
    const { stdout } = await dema(['inspect', tag, '--json'], place);
    const { config } = JSON.parse(stdout).config;
    const { processes } = JSON.parse(config.Labels['io.buildpacks.build.metadata']);
    const commands = processes.map(({ type, command, args }: { type: string; command: string[]; args?: string[] }) => [
      type,
      [...command, ...(args ?? [])],
    ]);
    expect(Object.fromEntries(commands)).toEqual(sample.processes);
  });

  test('answers', async () => {
    const running = await runImage([tag], place);
    for (const { path, status, body, contains } of sample.http) {
      const response = await fetch(`http://127.0.0.1:${running.port}${path}`);
      const text = await response.text();
      expect(response.status, path).toBe(status);
      if (body !== undefined) expect(text, path).toBe(body);
      if (contains !== undefined) expect(text, path).toContain(contains);
    }
    running.kill('SIGTERM');
    await running.ended;
  });

  test('is the same image when it is built again without network, from what was kept', async () => {
    const { stdout } = await dema([...buildArguments(sample, tag), '--offline'], place);
    const events = eventsOf(stdout);
    const restored = events.filter(({ type, contents }) => type === 'layer-restored' && contents);
    expect(restored.map(({ buildpack, layer }) => `${buildpack}:${layer}`)).toEqual(
      expect.arrayContaining(sample.reused),
    );
    expect(events.filter(({ type, reused }) => type === 'layer-exported' && !reused)).toEqual([]);
    expect(events.find(({ type }) => type === 'image-written')?.digest).toBe(image?.digest);
  });
});

test.each(cases.filter(({ fault }) => fault !== undefined))('$name: $description', async (sample) => {
  const { code, stdout, stderr } = await dema(buildArguments(sample, 'faulty'), place);
  expect(stderr).toContain(`(${sample.fault})`);
  expect(stderr).toContain('what to do: ');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBeGreaterThan(0);
  expect(eventsOf(stdout).find(({ type }) => type === 'image-written')).toBeUndefined();
  expect((await dema(['images'], place)).stdout).not.toContain('faulty');
});
