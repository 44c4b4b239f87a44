// Where the agent begins. Its TypeScript is stripped and compiled once for each change, in a process of its own: the
// compiler that Node loads for that would stay in the agent's memory (17 MiB, measured with Node 24.21).
import { useCompiledCode } from './compiled-code.mjs';

useCompiledCode();
const { main } = await import('./src/main.ts');
process.exitCode = await main(process.argv.slice(2));
