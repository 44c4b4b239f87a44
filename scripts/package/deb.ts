// The agent with its command line as a deb, by dpkg-deb alone: for servers, and wherever Electron cannot be had.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SYSTEM_PACKAGES } from './system-packages.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const SCRIPTS = { postinst: 'after-install', prerm: 'before-remove', postrm: 'after-remove' };

export interface DebOptions {
  readonly root: string;
  /** What stage() wrote; the deb's own files are added to it. */
  readonly staged: string;
  readonly outFolder: string;
  /** xz unless given. */
  readonly compression?: 'xz' | 'none';
}

/** Returns the path of the package. */
export function buildDeb({ root, staged, outFolder, compression = 'xz' }: DebOptions): string {
  const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly description: string;
  };
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`There is no package for ${process.arch}.`);
  const control = join(staged, 'DEBIAN');
  mkdirSync(control, { recursive: true });
  for (const [name, script] of Object.entries(SCRIPTS))
    cpSync(join(root, 'packaging/scripts', script), join(control, name));
  writeFileSync(join(control, 'control'), controlText({ version, description, architecture }));
  const file = join(outFolder, `sallyport-agent_${version}_${architecture}.deb`);
  mkdirSync(outFolder, { recursive: true });
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', staged, file], {
    stdio: 'pipe',
  });
  return file;
}

interface Control {
  readonly version: string;
  readonly description: string;
  readonly architecture: string;
}

function controlText({ version, description, architecture }: Control): string {
  return `Package: sallyport-agent
Version: ${version}
Architecture: ${architecture}
Maintainer: The Sallyport maintainers <maintainers@sallyport.invalid>
Section: net
Priority: optional
Depends: ${SYSTEM_PACKAGES.join(', ')}
Conflicts: sallyport
Description: interactive application firewall, agent and command line
 ${description}
`;
}
