// `npm run build` of this workspace: bundles what runs in Electron and the pages, and says how much each page loads.
import { buildElectron, ELECTRON_FOLDER } from './electron-build.ts';
import { BUILD_FOLDER, buildRenderer, LARGEST_PROMPT_GZIP_BYTES, PAGES } from './renderer-build.ts';

await buildElectron(ELECTRON_FOLDER);
const sizes = await buildRenderer(BUILD_FOLDER);
for (const page of PAGES) console.log(`${page}.html  ${(sizes[page] / 1000).toFixed(1)} kB with gzip`);
if (sizes.prompt > LARGEST_PROMPT_GZIP_BYTES) {
  console.error(
    `prompt.html loads more than ${LARGEST_PROMPT_GZIP_BYTES / 1000} kB: it must be there at once.`,
  );
  process.exitCode = 1;
}
