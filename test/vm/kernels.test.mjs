// Which kernel a word means, from a listing as apt-cache prints it.
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseKernels, kernelLines, kernelPackages, offeredKernels } from './kernels.mjs';

const LISTING = `linux-image-6.1.0-50-amd64-dbg - Debug symbols for linux-image-6.1.0-50-amd64
linux-image-6.1.0-50-amd64-unsigned - Linux 6.1 for 64-bit PCs
linux-image-amd64 - Linux for 64-bit PCs (meta-package)
linux-image-6.12-amd64 - Linux for 64-bit PCs (meta-package)
linux-image-6.12.117+deb12-amd64 - Linux 6.12 for 64-bit PCs (signed)
linux-image-6.12.117+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)
linux-image-6.12.99+deb12-amd64 - Linux 6.12 for 64-bit PCs (signed)
linux-image-6.1.0-9-amd64 - Linux 6.1 for 64-bit PCs (signed)
linux-image-6.1.0-50-amd64 - Linux 6.1 for 64-bit PCs (signed)
linux-image-6.1.0-50-rt-amd64 - Linux 6.1 for 64-bit PCs, PREEMPT_RT (signed)
linux-image-6.1.0-50-amd64 - Linux 6.1 for 64-bit PCs (signed)
`;
const kernels = offeredKernels(LISTING);
const chosen = (...selectors) => chooseKernels(kernels, selectors).chosen.map(({ release }) => release);

describe('the kernels that apt offers', () => {
  test('are listed once, oldest first by number, without meta packages, debug symbols and unsigned images', () => {
    deepEqual(
      kernels.map(({ release }) => release),
      [
        '6.1.0-9-amd64',
        '6.1.0-50-amd64',
        '6.1.0-50-rt-amd64',
        '6.12.99+deb12-amd64',
        '6.12.117+deb12-amd64',
        '6.12.117+deb12-cloud-amd64',
      ],
    );
  });

  test('an empty listing offers none', () => {
    deepEqual(offeredKernels(''), []);
    deepEqual(chooseKernels([], ['all']), { chosen: [], unknown: ['all'] });
  });
});

test('a kernel whose image and modules are packages of their own is fetched with them', () => {
  const dependencies = `linux-image-7.3.4-amd64
 |Depends: dracut
  Depends: linux-base-7.3.4-amd64
  Depends: linux-binary-7.3.4-amd64
  Depends: linux-modules-7.3.4-amd64
`;
  deepEqual(kernelPackages('7.3.4-amd64', dependencies), [
    'linux-image-7.3.4-amd64',
    'linux-base-7.3.4-amd64',
    'linux-binary-7.3.4-amd64',
    'linux-modules-7.3.4-amd64',
  ]);
  deepEqual(kernelPackages('6.1.0-50-amd64', '  Depends: kmod\n'), ['linux-image-6.1.0-50-amd64']);
});

describe('a selector', () => {
  test('that is a series means its newest plain kernel, and 6.1 is not 6.12', () => {
    deepEqual(chosen('6.1'), ['6.1.0-50-amd64']);
    deepEqual(chosen('6.12'), ['6.12.117+deb12-amd64']);
  });

  test('that is a release means it, whatever its flavour', () => {
    deepEqual(chosen('6.1.0-50-rt-amd64'), ['6.1.0-50-rt-amd64']);
  });

  test('oldest and newest', () => {
    deepEqual(chosen('oldest', 'newest'), ['6.1.0-9-amd64', '6.12.117+deb12-amd64']);
  });

  test('all means the oldest and the newest of each series, each once', () => {
    deepEqual(chosen('all', '6.12'), ['6.1.0-9-amd64', '6.1.0-50-amd64', '6.12.117+deb12-amd64']);
  });

  test('that means nothing is named', () => {
    deepEqual(chooseKernels(kernels, ['6.1', '5.15', '6.1.0']).unknown, ['5.15', '6.1.0']);
  });
});

test('the list marks what `all` takes and what is on disk', () => {
  const lines = kernelLines(kernels, ({ release }) => release === '6.1.0-9-amd64');
  equal(lines[0], '6.1.0-9-amd64  (in all, fetched)');
  equal(lines[2], '6.1.0-50-rt-amd64');
});
