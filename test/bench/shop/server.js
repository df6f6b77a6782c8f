import express from 'express';

express()
  .get('/', (_, response) => response.send('An app with as many packages as apps have.'))
  .listen(process.env.PORT ?? 8080);
