// `sallyport help`: of everything, of one command, or the answer to a usual question.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { wrongUsage } from '../exit-codes.ts';
import { suggestion } from '../arguments/nearest.ts';
import { commandHelp, familyHelp, generalHelp } from '../view/help.ts';
import type { HelpView } from '../view/help.ts';

export function helpCommand(table: () => readonly Command[]): Command {
  return {
    words: ['help'],
    summary: 'explain a command, or answer the usual questions',
    positionals: [{ name: 'COMMAND', required: false, many: true }],
    options: {},
    json: '{help: text}',
    run: (context, input) => {
      const lines = helpLines(table(), input.positionals, context);
      if (context.json) context.print(jsonDocument({ help: lines.join('\n') }));
      else lines.forEach(context.print);
      return Promise.resolve(0);
    },
  };
}

/** Throws wrong usage for words that are no command. */
export function helpLines(
  table: readonly Command[],
  words: readonly string[],
  view: HelpView,
): readonly string[] {
  if (words.length === 0) return generalHelp(table, view);
  const path = words.join(' ');
  const exact = table.find((command) => command.words.join(' ') === path);
  const family = table.filter(
    (command) => command.words.length > words.length && command.words.join(' ').startsWith(`${path} `),
  );
  if (exact !== undefined)
    return [...commandHelp(exact, view), ...(family.length === 0 ? [] : ['', ...familyHelp(family, view)])];
  if (family.length > 0) return familyHelp(family, view);
  const known = table.map((command) => command.words.join(' '));
  throw wrongUsage(
    `There is no command "${path}".${suggestion(path, known)}`,
    'sallyport help lists the commands.',
  );
}
