// A program for the client namespace: for each line with a port it connects to 1.2.3.4, and prints when it did, as Date.now() has it.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

console.log('ready');
createInterface({ input: process.stdin }).on('line', (port) => {
  const atMs = Date.now();
  // The SYN is on its way when this returns. What becomes of it is decided elsewhere.
  connect({ host: '1.2.3.4', port: Number(port) }).on('error', () => undefined);
  console.log(atMs);
});
