// Completion for zsh.
import type { Command } from '../command.ts';
import { completedOptions, filePaths, positionalContexts, singleQuoted, wordContexts } from './grammar.ts';
import type { Candidate, CompletedOption } from './grammar.ts';

export function zshCompletion(table: readonly Command[]): string {
  const options = completedOptions(table);
  const valued = options.filter(({ spec }) => spec.kind !== 'flag');
  const globals = options.filter(({ path }) => path === '');
  return `#compdef sallyport
# zsh completion for sallyport: sallyport completion zsh > "\${fpath[1]}/_sallyport"
_sallyport() {
  local path="" word skip=""
  local -a candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case $word in
      ${[...new Set(valued.map(({ name }) => `--${name}`))].join('|')}) skip=1 ;;
      -*) ;;
      *) path="$path $word" ;;
    esac
  done
  path="\${path# }"
  case "$path:\${words[CURRENT-1]}" in
${valued.map(valueCase).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    candidates=(${globals.map(described).join(' ')})
    case "$path" in
${optionCases(table, options).join('\n')}
    esac
    _describe option candidates
    return
  fi
  case "$path" in
${[...wordContexts(table), ...positionalContexts(table)].map(wordCase).join('\n')}
  esac
  case "$path" in
    ${filePaths(table)
      .map((path) => `${singleQuoted(path)}*`)
      .join('|')}) _files ;;
  esac
}
if [[ \${funcstack[1]} == _sallyport ]]; then _sallyport "$@"; else compdef _sallyport sallyport; fi`;
}

function valueCase({ path, name, spec, values }: CompletedOption): string {
  const reply = spec.completes === 'file' ? '_files' : `compadd -- ${values.map(singleQuoted).join(' ')}`;
  const pattern = path === '' ? `*:--${name}` : `${singleQuoted(path)}*:--${name}`;
  return `    ${pattern}) ${reply}; return ;;`;
}

function optionCases(table: readonly Command[], options: readonly CompletedOption[]): readonly string[] {
  return table
    .toSorted((left, right) => right.words.length - left.words.length)
    .filter((command) => Object.keys(command.options).length > 0)
    .map((command) => {
      const path = command.words.join(' ');
      const own = options.filter((option) => option.path === path);
      return `      ${singleQuoted(path)}*) candidates+=(${own.map(described).join(' ')}) ;;`;
    });
}

function described({ name, spec }: CompletedOption): string {
  return singleQuoted(`--${name}:${spec.summary.replaceAll(':', '\\:')}`);
}

function wordCase({
  path,
  candidates,
}: {
  readonly path: string;
  readonly candidates: readonly Candidate[];
}): string {
  const list = candidates.map(({ word, summary }) =>
    singleQuoted(summary === '' ? word : `${word}:${summary.replaceAll(':', '\\:')}`),
  );
  return `    ${singleQuoted(path)}) candidates=(${list.join(' ')}); _describe command candidates ;;`;
}
