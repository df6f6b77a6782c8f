const express = require('express');

const app = express();
const port = Number(process.env.PORT ?? 8080);

app.get('/', (request, response) => {
  response.type('text/plain').send('Hello from Express\n');
});

app.get('/env', (request, response) => {
  const { NODE_ENV, NODE_HOME, NODE_OPTIONS, NODE_VERBOSE } = process.env;
  response.json({ NODE_ENV, NODE_HOME, NODE_OPTIONS, NODE_VERBOSE });
});

const server = app.listen(port, () => console.log(`listening on ${port}`));

process.on('SIGTERM', () => server.close(() => console.log('closed')));
