// The files of an installation in a folder, as they lie below /: the agent with its addons, BPF objects and Node, the command line,
// the web shell with its pages, unit, group and manual; and beside it the application for Electron, as electron-builder packs it.
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AGENT_NODE_FLAGS } from '../../apps/agent/node-flags.mjs';
import { nodeFlags } from '../setup/node.mjs';
import { trackedFiles } from '../check/tracked-files.mjs';
import { productPackages, workspaceLinks } from './dependencies.ts';

export const HOME = 'usr/lib/sallyport';

const SOURCES =
  /^(?:apps\/agent\/|apps\/cli\/|apps\/desktop\/(?:package\.json|src\/(?:host|shared|web)\/)|proto\/|native\/|packaging\/compile-agent\.mjs|package\.json|LICENSE|LICENSES\/)/;
const CODE = /\.(?:ts|mjs|json|yaml|txt)$|LICENSE|LICENSES/;
const DEVELOPMENT =
  /\.(?:test|property\.test|arbitrary|fake|fixture|bench)\.|\/(?:testing|test-support|test|fixtures?|bench|fuzz|src\/gen)\/|\/reference-|tsconfig|^native\/.*Makefile/;
const BUILT = [
  'native/nfqueue/build/nfqueue.node',
  'native/bpf-loader-napi/build/bpf_loader.node',
  'native/linux/build/linux.node',
  'bpf/build/sallyport.bpf.o',
  'bpf/build/sallyport-sock-ops.bpf.o',
  'bpf/build/sallyport-kprobe.bpf.o',
  'bpf/build/sallyport-packet-sockets.bpf.o',
  'apps/desktop/build/renderer',
];

/** Paths of the checkout that are part of an installation, beside what is built. */
export function installedSources(root: string): readonly string[] {
  return (trackedFiles(root) as readonly string[]).filter(
    (path) => SOURCES.test(path) && CODE.test(path) && !DEVELOPMENT.test(path),
  );
}

/** Writes the installation below `folder`, which is empty. Everything is built already. */
export function stage(root: string, folder: string): void {
  const home = join(folder, HOME);
  for (const path of [...installedSources(root), ...BUILT]) copy(join(root, path), join(home, path));
  for (const name of productPackages(root))
    copy(join(root, 'node_modules', name), join(home, 'node_modules', name));
  for (const { link, target } of workspaceLinks(root)) {
    mkdirSync(dirname(join(home, link)), { recursive: true });
    symlinkSync(target, join(home, link));
  }
  copy(join(root, `node_modules/node-linux-${process.arch}/bin/node`), join(home, 'bin/node'));
  stageSystem(root, folder);
}

function stageSystem(root: string, folder: string): void {
  const packaging = join(root, 'packaging');
  copy(
    join(packaging, 'systemd/sallyport.service'),
    join(folder, 'usr/lib/systemd/system/sallyport.service'),
  );
  copy(join(packaging, 'sysusers.d/sallyport.conf'), join(folder, 'usr/lib/sysusers.d/sallyport.conf'));
  copy(join(root, 'LICENSE'), join(folder, 'usr/share/doc/sallyport/copyright'));
  for (const [section, name] of [
    [1, 'sallyport'],
    [8, 'sallyportd'],
  ] as const) {
    const page = readFileSync(join(packaging, `man/${name}.${section}`));
    write(join(folder, `usr/share/man/man${section}/${name}.${section}.gz`), gzipSync(page));
  }
  const agentFlags: readonly string[] = AGENT_NODE_FLAGS;
  program(folder, { path: 'usr/sbin/sallyportd', flags: agentFlags, main: 'apps/agent/sallyportd.mjs' });
  program(folder, {
    path: 'usr/bin/sallyport',
    flags: nodeFlags,
    main: 'apps/cli/src/main.ts',
  });
  // With the agent's own flags: what is compiled under others is not used.
  program(folder, {
    path: `${HOME}/bin/compile-agent`,
    flags: agentFlags,
    main: 'packaging/compile-agent.mjs',
  });
}

interface Program {
  readonly path: string;
  readonly flags: readonly string[];
  readonly main: string;
}

function program(folder: string, { path, flags, main }: Program): void {
  const words = [`/${HOME}/bin/node`, ...flags, `/${HOME}/${main}`].join(' ');
  write(join(folder, path), `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(join(folder, path), 0o755);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The application that goes into the asar: bundles, pages and icons, and no node_modules. */
export function stageDesktop(root: string, folder: string): void {
  const desktop = join(root, 'apps/desktop');
  for (const path of ['build/electron', 'build/renderer', 'icons'])
    copy(join(desktop, path), join(folder, path));
  const { version, license, main } = JSON.parse(
    readFileSync(join(desktop, 'package.json'), 'utf8'),
  ) as Manifest;
  const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const manifest = {
    name: 'sallyport',
    productName: 'Sallyport',
    version,
    description,
    license,
    type: 'module',
    main,
  };
  write(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly main: string;
  readonly description: string;
}

/** What a package with the desktop has besides: the command that opens it, and its start with the session. */
export function stageDesktopSystem(root: string, folder: string): void {
  const command = join(folder, 'usr/bin/sallyport-desktop');
  mkdirSync(dirname(command), { recursive: true });
  symlinkSync('/opt/Sallyport/sallyport-desktop', command);
  copy(
    join(root, 'packaging/autostart/sallyport.desktop'),
    join(folder, 'etc/xdg/autostart/sallyport.desktop'),
  );
}
