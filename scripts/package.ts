// `npm run package`: packages of what can be packed here, and what the others need. Results are in build/packages.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildDeb } from './package/deb.ts';
import { stage, stageDesktop, stageDesktopSystem } from './package/stage.ts';
import { findCommand, rootFolder } from './setup/privileges.mjs';

const OUT_FOLDER = join(rootFolder, 'build/packages');
const STAGE = join(rootFolder, 'build/stage');

execFileSync('make', ['--silent'], { cwd: rootFolder, stdio: 'inherit' });
rmSync(STAGE, { recursive: true, force: true });
console.log(`sallyport-agent (deb): ${agentDeb()}`);
stage(rootFolder, join(STAGE, 'system'));
stageDesktopSystem(rootFolder, join(STAGE, 'system'));
stageDesktop(rootFolder, join(STAGE, 'desktop'));
console.log(desktopText());

function agentDeb(): string {
  if (findCommand('dpkg-deb') === undefined) return 'not built, dpkg-deb is not installed.';
  stage(rootFolder, join(STAGE, 'agent'));
  return buildDeb({ root: rootFolder, staged: join(STAGE, 'agent'), outFolder: OUT_FOLDER });
}

function desktopText(): string {
  const hasElectron = existsSync(join(rootFolder, 'node_modules/electron/dist/electron'));
  const steps = [
    ...(hasElectron ? [] : ['npm run setup -- --electron   where Electron can be downloaded']),
    'npm ci --prefix packaging',
    'packaging/node_modules/.bin/electron-builder --linux   which downloads fpm and the runtime of AppImages',
  ];
  return `sallyport, with the desktop (deb, rpm, AppImage): staged in build/stage. To pack it:\n  ${steps.join('\n  ')}`;
}
