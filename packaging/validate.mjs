// Asks electron-builder whether it understands electron-builder.yml. Ends with 1 and its words where it does not.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js');
const { load } = require('js-yaml');
const file = process.argv[2] ?? fileURLToPath(new URL('../electron-builder.yml', import.meta.url));

try {
  await validateConfiguration(load(readFileSync(file, 'utf8')), { isEnabled: false });
} catch (failure) {
  console.error(failure.message);
  process.exitCode = 1;
}
