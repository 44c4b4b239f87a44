// Which App a rule means, as typed: a path in its shortest form, or one of the identities without a path. The agent's own reader is
// apps/agent/src/rules/app-text.ts; a property test compares the two.
import { readContainerApp } from '../../shared/container-app.ts';
import type { Action, RuleLifetime } from '../../shared/model.ts';
import { isWhole, problem, value } from './reading.ts';
import type { Reading } from './reading.ts';

const LONGEST = 4096;
const CONTROL = /\p{Cc}/u;
const OTHER_APPS = /^(unknown|deleted:\/.+|memfd:.+|mnt-\d{1,20}:\/.+|inode:\d+:\d+:\d+)$/su;

export interface AppContext {
  readonly action: Action;
  readonly lifetime: RuleLifetime['kind'];
}

export function readApp(text: string, context: AppContext): Reading<string | undefined> {
  if (text === '') return value(undefined);
  if (text.length > LONGEST) return problem('rules.problem.app-too-long', { most: LONGEST });
  if (CONTROL.test(text) || !isWhole(text)) return problem('rules.problem.app-characters');
  if (text.startsWith('/')) return readPath(text, '');
  if (text.startsWith('container:')) return readContainer(text, context);
  if (!OTHER_APPS.test(text)) return problem('rules.problem.app-not-path');
  return isAllowedToLast(context) ? problem('rules.problem.app-may-not-last') : value(text);
}

function readContainer(text: string, context: AppContext): Reading<string> {
  const app = readContainerApp(text);
  if (app === undefined) return problem('rules.problem.app-no-container');
  const read = app.path === undefined ? value(text) : readPath(app.path, `${app.place}:`);
  const isTooMuch = read.kind === 'value' && !app.isNamed && isAllowedToLast(context);
  return isTooMuch ? problem('rules.problem.app-may-not-last') : read;
}

/** Only a path stands for the same program tomorrow, and only a name for the same container. */
function isAllowedToLast({ action, lifetime }: AppContext): boolean {
  return action === 'allow' && (lifetime === 'always' || lifetime === 'until');
}

/** `place` stands before the path. */
function readPath(path: string, place: string): Reading<string> {
  const shortest = shortestPath(path);
  if (shortest === '/') return problem('rules.problem.app-root');
  if (shortest === path) return value(`${place}${path}`);
  return problem('rules.problem.app-not-shortest', { path: `${place}${shortest}` });
}

function shortestPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
