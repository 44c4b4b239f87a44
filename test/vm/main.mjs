// `npm run test:vm -- KERNEL`: boots kernels of the distribution in QEMU and runs the kernel tests there. The last line is
// "N passed, N failed, N skipped"; the exit code is 0 only where all of them passed.
import { orExplain } from '../../scripts/setup/failure.mjs';
import { rootFolder } from '../../scripts/setup/privileges.mjs';
import { setupOrExit } from '../../scripts/setup.mjs';
import { addTotals, NO_TOTALS } from '../../scripts/test/totals.mjs';
import { runGuest } from './guest-machine.mjs';
import { fetchKernel, findKernels, isFetched, listKernels } from './kernel-store.mjs';
import { kernelLines } from './kernels.mjs';
import { readOptions, USAGE } from './options.mjs';
import { consoleTail, countsText, judge, kernelLine } from './report.mjs';
import { guestTestFiles } from './selection.mjs';

// Ending by a signal runs the exit hook that ends QEMU.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
process.exitCode = await orExplain(() => main(readOptions(process.argv.slice(2))));

async function main(options) {
  if (options.kind === 'usage') {
    process.stderr.write(`${options.problem}\n${USAGE}`);
    return 2;
  }
  if (process.arch !== 'x64') {
    process.stderr.write(`The kernels and QEMU's machine are those of x64; this is ${process.arch}.\n`);
    return 1;
  }
  await setupOrExit({ profile: 'vm' });
  return options.kind === 'list' ? list() : runAll(options);
}

async function list() {
  for (const line of kernelLines(await listKernels(), isFetched)) console.log(line);
  return 0;
}

async function runAll({ selectors, patterns, accelerator }) {
  const files = guestTestFiles(rootFolder, patterns);
  if (files.length === 0) {
    process.stderr.write(`No test file that runs in a guest matches ${patterns.join(' ')}.\n`);
    return 1;
  }
  const lines = [];
  let totals = NO_TOTALS;
  for (const kernel of await findKernels(selectors)) {
    const result = await runKernel(kernel, { files, accelerator });
    lines.push(kernelLine(kernel.release, result));
    totals = addTotals(totals, result.totals);
  }
  console.log(['', ...lines, countsText(totals)].join('\n'));
  return totals.failed > 0 ? 1 : 0;
}

async function runKernel(kernel, { files, accelerator }) {
  const fetched = await fetchKernel(kernel);
  console.log(`\n── ${kernel.release}, ${accelerator === 'kvm' ? 'virtualized' : 'emulated'}`);
  const run = await runGuest({ kernel: fetched, files, accelerator });
  const { totals, problem } = judge(run);
  if (problem !== undefined) console.log(`${problem} Its console:\n${consoleTail(run.consoleText)}`);
  return { totals, durationMs: run.durationMs };
}
