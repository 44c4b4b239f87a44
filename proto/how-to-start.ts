// How the agent runs on this machine, for messages that say what to do: as the unit of a package, or from a checkout.
import { existsSync } from 'node:fs';

const UNITS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'].map(
  (folder) => `${folder}/sallyport.service`,
);

export interface ServiceHints {
  /** What to do to start it, without a full stop. */
  readonly start: string;
  /** Where its log is, as a sentence. */
  readonly log: string;
}

/** `isThere`: whether a file exists. */
export function serviceHints(isThere: (path: string) => boolean = existsSync): ServiceHints {
  return UNITS.some(isThere)
    ? { start: '`sudo systemctl start sallyport`', log: '`journalctl -u sallyport` shows its log.' }
    : { start: '`npm start` in the folder of the project', log: '`npm start` names the file of its log.' };
}
