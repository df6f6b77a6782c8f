const { createServer } = require('node:http');
const answer = require('./build/Release/answer.node');

createServer((_request, response) => response.end(`the answer is ${answer()}\n`)).listen(process.env.PORT);
