import express, { type Request, type Response } from 'express';
import { greet } from './greet.js';

const app = express();
const port = Number(process.env.PORT ?? 8080);

app.get('/', (_request: Request, response: Response) => {
  response.type('text/plain').send(greet('TypeScript'));
});

const server = app.listen(port, () => console.log(`listening on ${port}`));

process.on('SIGTERM', () => server.close(() => console.log('closed')));
