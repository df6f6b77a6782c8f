import { createServer } from 'node:http';

const server = createServer((_request, response) => response.end(`Hello from ${process.version.split('.')[0]}\n`));

server.listen(Number(process.env.PORT ?? 8080));
process.on('SIGTERM', () => server.close());
