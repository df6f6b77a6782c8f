const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');

const { port } = require('node:util').parseArgs({ options: { port: { type: 'string' } }, strict: false }).values;
const server = createServer((request, response) => {
  const answers = { '/': process.env.GREETING, '/migrated': readFileSync('/tmp/migrated', 'utf8'), '/arguments': process.argv.slice(4).join(' ') };
  response.end(`${answers[request.url]}\n`);
});

server.listen(Number(port));
process.on('SIGTERM', () => server.close(() => console.log('closed')));
