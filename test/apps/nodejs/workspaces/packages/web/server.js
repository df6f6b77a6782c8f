const { createServer } = require('node:http');
const { existsSync } = require('node:fs');
const greeting = require('@workspaces/greeting');

const { port } = require('node:util').parseArgs({ options: { port: { type: 'string' } }, strict: false }).values;
const answers = {
  '/': `${greeting}, says version ${process.env.npm_package_version}`,
  '/pid': String(process.pid),
  '/development': ['husky', 'ms'].filter((name) => existsSync(`../../node_modules/${name}`)).join(' ') || 'none',
};

createServer((request, response) => response.end(`${answers[request.url]}\n`)).listen(Number(port));
