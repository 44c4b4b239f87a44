// Starting with the session: a person's own file against the one that a package installed.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Autostart } from './autostart.ts';
import { readCommandLine } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-autostart-'));
after(() => rmSync(folder, { recursive: true }));
let made = 0;

function autostart(command: readonly string[], hasSystemFile = false) {
  const configFolder = join(folder, String(++made));
  const systemFolder = join(configFolder, 'system');
  mkdirSync(systemFolder, { recursive: true });
  if (hasSystemFile)
    writeFileSync(join(systemFolder, 'sallyport.desktop'), '[Desktop Entry]\nExec=sallyport-desktop\n');
  const file = join(configFolder, 'autostart/sallyport.desktop');
  return { own: new Autostart({ configFolder, systemFolder, command }), file };
}

test('is switched on with a file of its own and off without a trace', () => {
  const { own, file } = autostart(['/opt/Sallyport/sallyport-desktop']);
  assert.equal(own.isEnabled, false);
  own.set(true);
  assert.equal(own.isEnabled, true);
  assert.match(readFileSync(file, 'utf8'), /^Exec=\/opt\/Sallyport\/sallyport-desktop --background$/m);
  own.set(false);
  assert.equal(existsSync(file), false);
  assert.equal(own.isEnabled, false);
});

test('that a package switched on for everybody is hidden for one person, and back', () => {
  const { own, file } = autostart(['sallyport-desktop'], true);
  assert.equal(own.isEnabled, true);
  own.set(false);
  assert.match(readFileSync(file, 'utf8'), /^Hidden=true$/m);
  assert.equal(own.isEnabled, false);
  own.set(true);
  assert.equal(existsSync(file), false);
  assert.equal(own.isEnabled, true);
});

test('writes a command with spaces, quotes, dollars, percents and backslashes as the specification wants it', () => {
  const { own, file } = autostart(['/home/alice/My "$Apps"/50%/a\\b', '/app']);
  own.set(true);
  assert.match(
    readFileSync(file, 'utf8'),
    /^Exec="\/home\/alice\/My \\\\"\\\\\$Apps\\\\"\/50%%\/a\\\\\\\\b" \/app --background$/m,
  );
});

test('what autostart writes is understood on the command line', () => {
  assert.deepEqual(readCommandLine(['electron', '/app', '--background', '--ozone-platform=x11']), {
    isBackground: true,
    socketPath: undefined,
  });
  assert.equal(readCommandLine(['electron', '--socket=/run/x.sock']).socketPath, '/run/x.sock');
  assert.equal(readCommandLine(['electron', '--socket=']).socketPath, undefined);
});
