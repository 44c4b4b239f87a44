// What an App is called in lists: the file name of its identity, made safe to show. Pure.
import { readContainerApp } from '../shared/container-app.ts';
import { fileName } from '../shared/order-runner.ts';
import { shownText } from '../shared/text-safety.ts';
import type { ShownText } from '../shared/text-safety.ts';

const NAME_CHARACTERS = 60;

/** Undefined where no program is known. */
export function appName(app: string | undefined): ShownText | undefined {
  if (app === undefined || app === 'unknown') return undefined;
  const container = readContainerApp(app);
  if (container !== undefined && container.path === undefined)
    return shownText(container.label, NAME_CHARACTERS);
  const name = fileName(app);
  if (container !== undefined) return shownText(`${name} (${container.label})`, NAME_CHARACTERS);
  return shownText(name === '' ? app : name, NAME_CHARACTERS);
}
