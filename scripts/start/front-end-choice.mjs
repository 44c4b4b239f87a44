// Which front ends `npm start` tries, in which order, and why not the others.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFlags } from '../setup/node.mjs';
import { isRoot, nodeBinary, rootFolder } from '../setup/privileges.mjs';

const OPTION = '--front-end';
export const CHOICES = ['electron', 'web', 'terminal', 'none'];

/** Takes `--front-end NAME` out of the words. `choice` is undefined without it, `problem` a text where it cannot be used. */
export function splitFrontEnd(words) {
  const at = words.findIndex((word) => word === OPTION || word.startsWith(`${OPTION}=`));
  if (at < 0) return { choice: undefined, rest: words };
  const isInline = words[at].startsWith(`${OPTION}=`);
  const choice = isInline ? words[at].slice(OPTION.length + 1) : words[at + 1];
  const rest = words.toSpliced(at, isInline ? 1 : 2);
  if (CHOICES.includes(choice) && !splitFrontEnd(rest).choice) return { choice, rest };
  return { rest, problem: `${OPTION} takes one of ${CHOICES.join(', ')}.` };
}

/** What there is on this machine, for planFrontEnds(). */
export function findFacts({ hasTerminal, hasDisplay, root = rootFolder }) {
  return { hasTerminal, hasDisplay, electron: electronWords(root) };
}

/**
 * Electron before the web shell before this terminal, beginning with `choice`. Each attempt has `title` and `words`, the command;
 * `text` is the line for the person.
 */
export function planFrontEnds(choice, facts) {
  if (choice === 'none') return { attempts: [], text: 'Front end: none, as chosen.' };
  const all = frontEnds(facts);
  const considered = all.slice(Math.max(0, CHOICES.indexOf(choice ?? CHOICES[0])));
  const attempts = considered.filter(({ missing }) => missing === undefined);
  const reasons = considered
    .filter(({ missing }) => missing !== undefined)
    .map(({ title, missing }) => `${title}: ${missing}`);
  const first = attempts[0]?.title ?? 'none, the agent runs alone';
  return { attempts, text: `Front end: ${first}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}.` };
}

function frontEnds({ hasTerminal, hasDisplay, electron }) {
  const noDisplay = hasDisplay ? undefined : 'no display';
  const program = (file, ...words) => [nodeBinary, ...nodeFlags, join(rootFolder, file), ...words];
  return [
    {
      title: 'Electron',
      words: electron,
      missing: electron === undefined ? 'its binary is not installed' : noDisplay,
    },
    {
      title: 'a browser window',
      words: program('apps/desktop/src/web/main.ts', '--open'),
      missing: noDisplay,
    },
    {
      title: 'this terminal',
      words: program('apps/cli/src/main.ts', 'prompts'),
      missing: hasTerminal ? undefined : 'no terminal',
    },
  ];
}

/** The command of the Electron application, where both Electron and the application's entry are there. */
function electronWords(root) {
  const binary = join(root, 'node_modules/electron/dist/electron');
  const application = join(root, 'apps/desktop');
  const { main } = JSON.parse(readFileSync(join(application, 'package.json'), 'utf8'));
  if (main === undefined || !existsSync(join(application, main)) || !existsSync(binary)) return undefined;
  // As root Electron has no sandbox; an invoking user of sudo is preferred, see front-end.mjs.
  return [binary, application];
}

/** For an attempt that runs as root for lack of another user. */
export function wordsFor({ words }, account) {
  const needsSwitch = account === undefined && isRoot() && words[0]?.endsWith('/electron');
  return needsSwitch ? [words[0], '--no-sandbox', ...words.slice(1)] : words;
}
