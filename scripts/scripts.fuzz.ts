import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { SBOM_FORMATS } from '@dema/sbom';
import { fuzz } from '@dema/testkit';
import { determineCacheLimits } from './cache-limits.ts';
import { parseBuildpackOptions } from './choose-buildpacks.ts';
import { determineCreationTime } from './creation-time.ts';
import { parseEnvFile } from './env-file.ts';
import { collectEnv } from './env-option.ts';
import { mergeImageSboms } from './image-sboms.ts';
import { writeEvent } from './json-events.ts';
import { parsePort } from './port-option.ts';
import { readProjectDescriptor } from './project-descriptor.ts';
import { createBuildReporter } from './report-build.ts';

fuzz('files of variables', {
  seeds: ['# comment\nA=b\nC="d e"\nHOME\n\nF=${G}\r\n', 'export A=b'],
  tokens: ['=', '\n', '#', 'export ', '"', '\r\n', '__proto__='],
  inputs: 1800,
  run: (input) => parseEnvFile(input.toString(), '.env', { HOME: '/root' }),
});

fuzz('options of the command line', {
  seeds: ['8080', '5GiB', '30d', 'now', '2026-01-31T12:00:00Z', 'A=b', 'dema/nodejs@0.1.0', './a'],
  tokens: ['=', '@', '/', '.', 'GB', 'd', '1'],
  inputs: 1800,
  run(input) {
    const text = input.toString().replaceAll('\0', '');
    const parsers = [
      () => parsePort(text),
      () => determineCreationTime(text, {}),
      () => determineCacheLimits({ maxSize: text }, {}),
      () => determineCacheLimits({ maxAge: text }, {}),
      () => collectEnv(text),
      () => parseBuildpackOptions([text]),
    ];
    return parsers[input.length % parsers.length]?.();
  },
});

fuzz('project.toml of an app', {
  seeds: ['[_]\nschema-version = "0.2"\n[io.buildpacks]\nexclude = ["a"]\n'],
  tokens: ['[[', ']]', '"', ' = '],
  inputs: 600,
  run(input, folder) {
    writeFileSync(join(folder, 'project.toml'), input);
    return readProjectDescriptor(folder, undefined);
  },
});

/** What stands in a line of a buildpack must neither break the events nor reach a terminal as it is. */
fuzz('events', {
  seeds: ['\u001b[31mred\u001b[0m', 'see http://user:pass@host/a', 'https://mirror.example', '\u001b]0;title\u0007'],
  tokens: ['http://', '@', ':', '"', '\\', '\u001b', '\u0007'],
  inputs: 2400,
  run(input) {
    const line = input.toString();
    let written = '';
    const stream = new PassThrough();
    stream.write = (text: string) => {
      written += text;
      return true;
    };
    const write = process.stdout.write;
    process.stdout.write = stream.write;
    for (const report of [writeEvent, createBuildReporter(stream as unknown as NodeJS.WriteStream)]) {
      report({ type: 'buildpack-output', line, buildpack: 'foo@bar' });
      report({ type: 'detected', reason: line, buildpack: 'a/b', version: '1@2', verdict: 'pass' });
    }
    process.stdout.write = write;
    for (const one of written.split('\n').filter((text) => text.startsWith('{"type":'))) JSON.parse(one);
    if (/[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]/.test(written)) throw new Error('a control character is shown');
  },
});

const SUBJECT = { type: 'image', name: 'a:latest', version: `sha256:${'a'.repeat(64)}` } as const;
const COMPONENTS = ['a', '@b/c'].map((name) => {
  return {
    type: 'library' as const,
    name,
    version: '1',
    purl: `pkg:npm/${name}@1`,
    licenses: ['MIT'],
    cpes: [],
    hashes: [],
  };
});

/** Documents that buildpacks of others leave, of which `dema sbom` makes one. */
for (const format of SBOM_FORMATS) {
  const document = format.render(COMPONENTS, { subject: SUBJECT });
  fuzz(`SBOM, ${format.name}`, {
    format: 'json',
    seeds: [document],
    run(input) {
      const path = (folder: string) => `${folder}/sbom.${format.extension}`;
      const documents = new Map([
        [path('a_b'), input.toString()],
        [path('a_b/layer'), document],
      ]);
      return mergeImageSboms({ subject: SUBJECT, documents, base: COMPONENTS }, format);
    },
  });
}
