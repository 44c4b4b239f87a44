// Loads everything that the agent can load, so that Node's compile cache holds it, and ends. Run by compiled-code.mjs.
import { flushCompileCache } from 'node:module';

// What main.ts and the history's thread load only when they need it.
const LOADED_LATER = ['agent', 'platform/log', 'history/serve-history', 'firewall/firewall'];

await import('./src/main.ts');
for (const name of LOADED_LATER) await import(`./src/${name}.ts`);
// The entry of a thread refuses to run here; it is compiled all the same.
await import('./src/history/thread-entry.ts').catch(() => undefined);
flushCompileCache();
process.exit();
