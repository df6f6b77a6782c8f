import { expect, test } from 'vitest';
import { type ImageConfig, renderImageConfig } from './image-config.ts';

const ROOTFS = { type: 'layers', diff_ids: [] } as const;

test('fields stand in the order of go-containerregistry, empty ones are left out', () => {
  const config: ImageConfig = {
    rootfs: { type: 'layers', diff_ids: ['sha256:a'] },
    config: {
      WorkingDir: '/workspace',
      ExposedPorts: { '9000/tcp': {}, '80/tcp': {} },
      Labels: { b: '<&>', '10': 'ten', '9': 'nine' },
      Env: ['PATH=/bin'],
      Cmd: [],
      User: '1002:1000',
      Entrypoint: ['/cnb/process/web'],
      StopSignal: '',
      Healthcheck: { Retries: 3, Test: ['NONE'] },
    },
    os: 'linux',
    history: [{ created_by: 'x', empty_layer: true, created: '1980-01-01T00:00:01Z' }, { comment: '' }],
    created: '1980-01-01T00:00:01Z',
    architecture: 'amd64',
    variant: 'v2',
    'os.version': '1',
    author: 'me',
  };
  expect(renderImageConfig(config)).toBe(
    '{"architecture":"amd64","author":"me","created":"1980-01-01T00:00:01Z",' +
      '"history":[{"created":"1980-01-01T00:00:01Z","created_by":"x","empty_layer":true},{"created":"0001-01-01T00:00:00Z"}],' +
      '"os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:a"]},' +
      '"config":{"Healthcheck":{"Test":["NONE"],"Retries":3},"Entrypoint":["/cnb/process/web"],"Env":["PATH=/bin"],' +
      '"Labels":{"10":"ten","9":"nine","b":"\\u003c\\u0026\\u003e"},"User":"1002:1000","WorkingDir":"/workspace",' +
      '"ExposedPorts":{"80/tcp":{},"9000/tcp":{}}},"os.version":"1","variant":"v2"}',
  );
});

test('what Go never leaves out is there in the emptiest configuration', () => {
  expect(renderImageConfig({ architecture: '', os: 'linux', rootfs: { ...ROOTFS, diff_ids: [] } })).toBe(
    '{"architecture":"","created":"0001-01-01T00:00:00Z","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}',
  );
});

test('fields that go-containerregistry knows and we do not use are kept', () => {
  const config = {
    architecture: 'a',
    os: 'o',
    rootfs: ROOTFS,
    docker_version: '20',
    config: { Tty: true, Image: 'sha256:x' },
  };
  expect(renderImageConfig(config as unknown as ImageConfig)).toContain('"docker_version":"20","os":"o"');
  expect(renderImageConfig(config as unknown as ImageConfig)).toContain('{"Image":"sha256:x","Tty":true}');
});
