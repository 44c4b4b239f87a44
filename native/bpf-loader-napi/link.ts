// Command line of the linker: node native/bpf-loader-napi/link.ts OUTPUT INPUT...
import { linkObjects } from './linker.ts';

const [output, ...inputs] = process.argv.slice(2);
if (output === undefined || inputs.length === 0) {
  console.error('usage: node link.ts OUTPUT INPUT...   links BPF objects into one');
  process.exit(2);
}
try {
  linkObjects(output, inputs);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
