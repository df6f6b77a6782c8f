import { expect, test } from 'vitest';
import { type AptSettings, findAptProxy, parseAptSettings } from './apt-settings.ts';

function parse(...texts: string[]): AptSettings {
  const settings: AptSettings = new Map();
  for (const text of texts) parseAptSettings(text, settings);
  return settings;
}

test('full names and nested blocks name the same setting', () => {
  const nested = 'Acquire { Retries "3"; http { Proxy "http://one.example:1"; }; };';
  const full = 'Acquire::Retries "3"; Acquire::HTTP::Proxy "http://one.example:1";';
  expect([...parse(nested)]).toEqual([...parse(full)]);
  expect(parse(nested).get('acquire::http::proxy')).toBe('http://one.example:1');
});

test('comments of all three kinds are passed over', () => {
  const text =
    '// Acquire::http::Proxy "a";\n# Acquire::http::Proxy "b";\n/* Acquire::http::Proxy "c"; */ Acquire::Retries 3;';
  expect([...parse(text)]).toEqual([['acquire::retries', '3']]);
});

test('lists and a later file do no harm', () => {
  const settings = parse(
    'DPkg::Post-Invoke { "rm -f /x || true"; }; Acquire::http::Proxy "a";',
    'Acquire::http::Proxy "b";',
  );
  expect(settings.get('acquire::http::proxy')).toBe('b');
});

test('a proxy for https falls back to the one for http', () => {
  expect(findAptProxy(parse('Acquire::http::Proxy "http://p";'), 'h')).toEqual({ http: 'http://p', https: 'http://p' });
  expect(findAptProxy(parse('Acquire::https::Proxy "http://s";'), 'h')).toEqual({ http: undefined, https: 'http://s' });
  expect(findAptProxy(parse(''), 'h')).toEqual({ http: undefined, https: undefined });
});
