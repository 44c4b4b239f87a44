// Compiles the agent's code into the cache of the installation, as the agent itself would at its first start, where it may not write.
import { useCompiledCode } from '../apps/agent/compiled-code.mjs';

useCompiledCode();
