import type { Component } from './component.ts';

/** For tests: a runtime with a library in it, and packages with licences of every kind. */
export const SAMPLE: Component[] = [
  {
    type: 'application',
    name: 'Node.js',
    version: '24.21.0',
    purl: 'pkg:generic/node@24.21.0',
    licenses: ['MIT'],
    cpes: ['cpe:2.3:a:nodejs:node.js:24.21.0:*:*:*:*:*:*:*'],
    hashes: [`sha512:${'ab'.repeat(64)}`],
  },
  library('openssl', { version: '3.5.4', partOf: 'pkg:generic/node@24.21.0' }),
  library('@babel/core', { licenses: ['MIT', 'Apache-2.0 OR ISC'], hashes: [`sha1:${'cd'.repeat(20)}`] }),
  library('odd', { licenses: ['Do what you like', 'MIT'] }),
  library('dual', { licenses: ['(MIT OR GPL-2.0-only WITH Classpath-exception-2.0)'] }),
  { type: 'library', name: 'own', licenses: [], cpes: [], hashes: [] },
];

function library(name: string, more: Partial<Component>): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@1.0.0`;
  return { type: 'library', name, version: '1.0.0', purl, licenses: [], cpes: [], hashes: [], ...more };
}
