// An installation as it is staged and packed: complete, loadable from where it lies, and understood by those who read its files.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { packagingProblems } from './check/packaging.mjs';
import { buildDeb } from './package/deb.ts';
import { stage, stageDesktop, HOME } from './package/stage.ts';
import { SYSTEM_PACKAGES } from './package/system-packages.ts';
import { findCommand, rootFolder } from './setup/privileges.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-package-'));
const staged = join(folder, 'staged');
const home = join(staged, HOME);
before(() => stage(rootFolder, staged));
after(() => rmSync(folder, { recursive: true }));

/** For node:test: `{ skip: lacks('rpmbuild', 'rpm') }`. */
function lacks(command: string, debianPackage: string): string | false {
  return findCommand(command) === undefined && `needs ${command}: apt-get install ${debianPackage}`;
}

interface Configuration {
  readonly electronVersion: string;
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly deb: PackageOptions;
  readonly rpm: PackageOptions;
}

interface PackageOptions {
  readonly depends: readonly string[];
  readonly afterInstall: string;
  readonly afterRemove: string;
  readonly fpm: readonly string[];
}

const CONFIGURATION = parse(readFileSync(join(rootFolder, 'electron-builder.yml'), 'utf8')) as Configuration;

describe('an installation', () => {
  test('loads all of the agent, the command line and the web shell from where it lies, with its own Node', () => {
    const parts = ['apps/agent/src/agent.ts', 'apps/desktop/src/web/web-shell.ts', 'apps/cli/src/run.ts'];
    const program = parts.map((part) => `await import(${JSON.stringify(join(home, part))});`).join('\n');
    const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
    const { status, stderr } = spawnSync(join(home, 'bin/node'), words, { cwd: '/', encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  test('answers on its command line, and has rules, BPF programs and pages', () => {
    const main = join(home, 'apps/cli/src/main.ts');
    const output = execFileSync(join(home, 'bin/node'), [main, 'version'], { cwd: '/', encoding: 'utf8' });
    assert.match(output, /^sallyport \d+\.\d+\.\d+/);
    for (const path of [
      'apps/agent/src/rules/defaults/default-loopback.yaml',
      'bpf/build/sallyport.bpf.o',
      'bpf/build/sallyport-sock-ops.bpf.o',
      'bpf/build/sallyport-kprobe.bpf.o',
      'bpf/build/sallyport-packet-sockets.bpf.o',
      'apps/desktop/build/renderer/prompt.html',
      'packaging/compile-agent.mjs',
    ])
      assert.ok(existsSync(join(home, path)), path);
  });

  test('carries no tests, no tools and no sources of the addons', () => {
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
    const strangers = files.filter(
      (path) =>
        !path.startsWith('node_modules/') && /\.test\.|test-support|\/fixtures?\/|\.cc?$|\.o$/.test(path),
    );
    const programs = ['', '-kprobe', '-packet-sockets', '-sock-ops'].map(
      (part) => `bpf/build/sallyport${part}.bpf.o`,
    );
    assert.deepEqual(strangers.toSorted(), programs.toSorted());
    const packages = readdirSync(join(home, 'node_modules'));
    for (const tool of ['typescript', 'eslint', 'electron', 'react', 'vite'])
      assert.ok(!packages.includes(tool), tool);
  });

  test('compiles the agent beforehand with the very flags that the agent is started with', () => {
    const line = (path: string): string => readFileSync(join(staged, path), 'utf8').split('\n')[1] ?? '';
    const flags = (text: string): string => text.replace(/\/usr\/lib\/sallyport\/(?:apps|packaging)\S+/, '');
    assert.equal(flags(line(`${HOME}/bin/compile-agent`)), flags(line('usr/sbin/sallyportd')));
  });

  test('becomes a deb with its scripts, owned by root', { skip: lacks('dpkg-deb', 'dpkg') }, () => {
    const own = join(folder, 'deb');
    mkdirSync(own);
    writeFileSync(join(own, 'file'), '');
    const file = buildDeb({ root: rootFolder, staged: own, outFolder: folder, compression: 'none' });
    const control = execFileSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
    assert.match(control, /^Package: sallyport-agent$/m);
    assert.match(control, /^Depends: .*libbpf1.*iptables$/m);
    assert.match(execFileSync('dpkg-deb', ['--contents', file], { encoding: 'utf8' }), /root\/root.*file/);
    const scripts = execFileSync('dpkg-deb', ['--ctrl-tarfile', file]).toString('latin1');
    for (const name of ['postinst', 'prerm', 'postrm']) assert.ok(scripts.includes(name), name);
  });
});

describe('scripts of packages', () => {
  for (const name of readdirSync(join(rootFolder, 'packaging/scripts')))
    test(`${name} is a script that a shell understands, and does nothing when asked for something else`, () => {
      const file = join(rootFolder, 'packaging/scripts', name);
      execFileSync('sh', ['-n', file]);
      const empty = { env: { PATH: join(folder, 'nothing') } };
      if (name === 'after-install')
        assert.equal(spawnSync('/bin/sh', [file, 'abort-upgrade'], empty).status, 0);
      assert.match(readFileSync(file, 'utf8'), /^#!\/bin\/sh\n# [\s\S]*\nset -e\n/);
    });
});

describe('the files of the system', () => {
  test('the unit is understood by systemd', { skip: lacks('systemd-analyze', 'systemd') }, () => {
    const unit = join(folder, 'sallyport.service');
    const text = readFileSync(join(staged, 'usr/lib/systemd/system/sallyport.service'), 'utf8');
    writeFileSync(unit, text.replace('/usr/sbin/sallyportd', '/bin/true'));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /sallyport\.service/);
  });

  test('the unit gives a reason for every limit, and keeps what would hide programs away', () => {
    const text = readFileSync(join(rootFolder, 'packaging/systemd/sallyport.service'), 'utf8');
    for (const setting of [
      'PrivateTmp',
      'PrivateDevices',
      'ProtectHome=yes',
      'ProtectProc',
      'MemoryDenyWriteExecute',
    ])
      assert.doesNotMatch(text, new RegExp(`^${setting}`, 'm'));
    const blocks = text.split('\n\n').filter((block) => block.includes('Capability'));
    for (const line of blocks.join('\n').matchAll(/(.*)\nCapabilityBoundingSet=/g))
      assert.match(line[1] ?? '', /^# /);
  });

  test('the group is understood by systemd', { skip: lacks('systemd-sysusers', 'systemd') }, () => {
    const root = join(folder, 'sysusers');
    mkdirSync(join(root, 'etc'), { recursive: true });
    const words = [`--root=${root}`, join(rootFolder, 'packaging/sysusers.d/sallyport.conf')];
    execFileSync('systemd-sysusers', words, { stdio: 'pipe' });
    assert.match(readFileSync(join(root, 'etc/group'), 'utf8'), /^sallyport:/m);
  });

  test(
    'the start with the session is an entry',
    { skip: lacks('desktop-file-validate', 'desktop-file-utils') },
    () => {
      execFileSync('desktop-file-validate', [join(rootFolder, 'packaging/autostart/sallyport.desktop')]);
    },
  );
});

describe('electron-builder.yml', () => {
  test('packs the Electron that the code was written for', () => {
    const { version } = JSON.parse(
      readFileSync(join(rootFolder, 'node_modules/electron/package.json'), 'utf8'),
    ) as { readonly version: string };
    assert.equal(CONFIGURATION.electronVersion, version);
  });

  test('asks for what the agent needs, and names files that are there', () => {
    for (const needed of SYSTEM_PACKAGES) assert.ok(CONFIGURATION.deb.depends.includes(needed), needed);
    for (const { afterInstall, afterRemove, fpm } of [CONFIGURATION.deb, CONFIGURATION.rpm]) {
      const beforeRemove = fpm.find((word) => word.startsWith('--before-remove='))?.split('=')[1] ?? '';
      for (const path of [afterInstall, afterRemove, beforeRemove])
        assert.ok(existsSync(join(rootFolder, path)), path);
    }
  });

  const tools = join(rootFolder, 'packaging/node_modules/.bin/electron-builder');
  const skip =
    !existsSync(tools) && 'needs electron-builder: run npm ci --prefix packaging, or npm run check';
  test('is refused where it has a word that electron-builder does not know', { skip }, () => {
    const file = join(folder, 'bad.yml');
    writeFileSync(file, 'appId: x\nelectronFuses: { runAsNode: perhaps }\ndep: {}\n');
    const problems: readonly string[] = packagingProblems(rootFolder, file);
    assert.match(problems.join(), /dep/);
  });

  test('packs an archive without node_modules and turns the fuses', { skip }, () => {
    const application = join(rootFolder, 'build/stage/desktop');
    rmSync(application, { recursive: true, force: true });
    stageDesktop(rootFolder, application);
    const out = join(folder, 'out');
    const words = ['--linux', 'dir', `-c.electronDist=${standIn()}`, `-c.directories.output=${out}`];
    const { status, stdout } = spawnSync(tools, words, { cwd: rootFolder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    const asar = readFileSync(join(out, 'linux-unpacked/resources/app.asar'))
      .subarray(0, 20_000)
      .toString('latin1');
    assert.ok(asar.includes('preload.cjs') && asar.includes('tray-asking-dark-24.png'));
    assert.ok(!asar.includes('node_modules'));
    const binary = readFileSync(join(out, 'linux-unpacked/sallyport-desktop'), 'latin1');
    assert.equal(binary.slice(binary.indexOf(SENTINEL) + SENTINEL.length + 2), '00001100');
  });
});

/** By this text the fuses are found in Electron's binary; a version, their number, and one character for each follow. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** What an unpacked Electron looks like to those who pack it. */
function standIn(): string {
  const dist = join(folder, 'electron');
  mkdirSync(join(dist, 'resources'), { recursive: true });
  mkdirSync(join(dist, 'locales'));
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox', 'locales/de.pak'])
    writeFileSync(join(dist, name), '');
  writeFileSync(join(dist, 'electron'), `#!/bin/sh\n# ${SENTINEL}\x01\x0800000000`, { mode: 0o755 });
  return dist;
}
