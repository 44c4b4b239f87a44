// `sallyport completion`: a completion script for a shell.
import type { Command } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { jsonDocument } from '../document.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function completionCommand(table: () => readonly Command[]): Command {
  return {
    words: ['completion'],
    summary: 'print a completion script for a shell',
    positionals: [{ name: SHELLS.join('|'), required: true, choices: SHELLS }],
    options: {},
    json: '{shell, script}',
    examples: [
      'source <(sallyport completion bash)',
      'sallyport completion fish > ~/.config/fish/completions/sallyport.fish',
    ],
    run: (context, input) => {
      const [shell = 'bash'] = input.positionals;
      const script = scriptOf(shell, table());
      context.print(context.json ? jsonDocument({ shell, script }) : script);
      return Promise.resolve(0);
    },
  };
}

function scriptOf(shell: string, table: readonly Command[]): string {
  if (shell === 'zsh') return zshCompletion(table);
  return shell === 'fish' ? fishCompletion(table) : bashCompletion(table);
}
