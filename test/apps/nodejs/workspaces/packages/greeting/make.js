const { mkdirSync, writeFileSync } = require('node:fs');
const ms = require('ms');

mkdirSync('dist', { recursive: true });
writeFileSync('dist/greeting.js', `module.exports = 'One hour is ${ms('1h')} milliseconds';\n`);
