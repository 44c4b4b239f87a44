// Completion for bash, without the package bash-completion.
import type { Command } from '../command.ts';
import { completedOptions, filePaths, positionalContexts, singleQuoted, wordContexts } from './grammar.ts';
import type { CompletedOption } from './grammar.ts';

export function bashCompletion(table: readonly Command[]): string {
  const options = completedOptions(table);
  return `# bash completion for sallyport: source <(sallyport completion bash)
_sallyport() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="" words="" options="" word skip=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case $word in
      ${valueOptions(options)}) skip=1 ;;
      -*) ;;
      *) path="$path $word" ;;
    esac
  done
  path="\${path# }"
  case "$path:$previous" in
${options.filter(takesValue).map(valueCase).join('\n')}
  esac
  case "$path" in
${words(table).join('\n')}
  esac
  if [[ $current == -* ]]; then
    case "$path" in
${optionCases(table).join('\n')}
    esac
    words="$options ${globalOptions(options)}"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$path" in
    ${[...filePaths(table)].map((path) => `${singleQuoted(path)}*`).join('|')}) [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _sallyport sallyport`;
}

function takesValue({ spec }: CompletedOption): boolean {
  return spec.kind !== 'flag';
}

function valueOptions(options: readonly CompletedOption[]): string {
  return [...new Set(options.filter(takesValue).map(({ name }) => `--${name}`))].join('|');
}

function valueCase({ path, name, spec, values }: CompletedOption): string {
  const reply = spec.completes === 'file' ? 'compgen -f' : `compgen -W ${singleQuoted(values.join(' '))}`;
  const pattern = path === '' ? `*:--${name}` : `${singleQuoted(path)}*:--${name}`;
  return `    ${pattern}) COMPREPLY=($(${reply} -- "$current")); return ;;`;
}

function words(table: readonly Command[]): readonly string[] {
  const merged = new Map<string, readonly string[]>();
  for (const { path, candidates } of [...wordContexts(table), ...positionalContexts(table)])
    merged.set(path, [...(merged.get(path) ?? []), ...candidates.map(({ word }) => word)]);
  return [...merged].map(
    ([path, list]) => `    ${singleQuoted(path)}) words=${singleQuoted(list.join(' '))} ;;`,
  );
}

function optionCases(table: readonly Command[]): readonly string[] {
  return table
    .toSorted((left, right) => right.words.length - left.words.length)
    .filter((command) => Object.keys(command.options).length > 0)
    .map((command) => {
      const names = Object.keys(command.options).map((name) => `--${name}`);
      return `      ${singleQuoted(command.words.join(' '))}*) options=${singleQuoted(names.join(' '))} ;;`;
    });
}

function globalOptions(options: readonly CompletedOption[]): string {
  return options
    .filter(({ path }) => path === '')
    .map(({ name }) => `--${name}`)
    .join(' ');
}
