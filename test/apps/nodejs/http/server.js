import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 8080);

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(request.url === '/version' ? process.version : 'Hello from Node.js\n');
});

server.listen(port, () => console.log(`listening on ${port}`));

process.on('SIGTERM', () => server.close(() => console.log('closed')));
