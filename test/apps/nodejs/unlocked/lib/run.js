const { createServer } = require('node:http');
const ms = require('ms');

const server = createServer((request, response) => response.end(`Two days are ${ms('2 days')} milliseconds for ${process.version.split('.')[0]}\n`));

server.listen(Number(process.env.PORT ?? 8080));
process.on('SIGTERM', () => server.close());
