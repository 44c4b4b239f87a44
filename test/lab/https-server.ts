// An HTTPS server for the story of the README, with a certificate for its own addresses. Arguments: KEY CERTIFICATE.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [keyFile = '', certificateFile = ''] = process.argv.slice(2);

createServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, (_, response) => {
  response.setHeader('connection', 'close');
  response.end('Hello from 1.2.3.4.\n');
}).listen({ port: 443, host: '::' }, () => console.log('listening'));
