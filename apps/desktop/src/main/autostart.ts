// Whether the desktop starts with the session: one file of the person's own, as the XDG autostart specification wants it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILE_NAME = 'sallyport.desktop';
export const BACKGROUND_OPTION = '--background';

export interface AutostartOptions {
  /** $XDG_CONFIG_HOME, or ~/.config. */
  readonly configFolder: string;
  /** What starts the application, as words. */
  readonly command: readonly string[];
  /** What packages install for everybody, such as /etc/xdg/autostart. */
  readonly systemFolder?: string;
}

export class Autostart {
  readonly #file: string;
  readonly #systemFile: string;
  readonly #command: readonly string[];

  constructor({ configFolder, command, systemFolder = '/etc/xdg/autostart' }: AutostartOptions) {
    this.#file = join(configFolder, 'autostart', FILE_NAME);
    this.#systemFile = join(systemFolder, FILE_NAME);
    this.#command = command;
  }

  /** The person's own file outweighs the one of the system. */
  get isEnabled(): boolean {
    const text = read(this.#file) ?? read(this.#systemFile);
    return text !== undefined && !/^(?:Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/m.test(text);
  }

  set(enabled: boolean): void {
    const hasSystemFile = read(this.#systemFile) !== undefined;
    if (enabled === hasSystemFile) return rmSync(this.#file, { force: true });
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, enabled ? this.#entry() : HIDDEN_ENTRY);
  }

  #entry(): string {
    const command = [...this.#command, BACKGROUND_OPTION].map(quoted).join(' ');
    return `[Desktop Entry]\nType=Application\nName=Sallyport\nExec=${command}\nIcon=sallyport\nTerminal=false\n`;
  }
}

const HIDDEN_ENTRY = '[Desktop Entry]\nType=Application\nName=Sallyport\nHidden=true\n';

/** As the Desktop Entry Specification quotes the words of Exec: within the string format, a backslash is written twice. */
function quoted(word: string): string {
  const escaped = word.replace(/[`"$\\]/g, '\\$&').replace(/%/g, '%%');
  return /^[\w@%+=:,./-]+$/.test(word) ? escaped : `"${escaped.replaceAll('\\', '\\\\')}"`;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
