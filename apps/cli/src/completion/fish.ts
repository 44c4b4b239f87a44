// Completion for fish.
import type { Command } from '../command.ts';
import { completedOptions, filePaths, positionalContexts, wordContexts } from './grammar.ts';
import type { CompletedOption } from './grammar.ts';

export function fishCompletion(table: readonly Command[]): string {
  const files = new Set(filePaths(table));
  const valued = completedOptions(table).filter(({ spec }) => spec.kind !== 'flag');
  const names = [...new Set(valued.map(({ name }) => `--${name}`))].join(' ');
  return [
    '# fish completion for sallyport: sallyport completion fish > ~/.config/fish/completions/sallyport.fish',
    'function __sallyport_path',
    '  set -l path',
    '  set -l skip 0',
    '  for word in (commandline -opc)[2..]',
    '    if test $skip = 1; set skip 0; continue; end',
    `    if contains -- $word ${names}; set skip 1; continue; end`,
    "    string match -q -- '-*' $word; and continue",
    '    set -a path $word',
    '  end',
    "  string join ' ' -- $path",
    'end',
    'function __sallyport_at',
    '  test (__sallyport_path) = "$argv[1]"',
    'end',
    'function __sallyport_in',
    '  string match -q -- "$argv[1]*" (__sallyport_path)',
    'end',
    'complete -c sallyport -f',
    ...[...wordContexts(table), ...positionalContexts(table)].flatMap(({ path, candidates }) =>
      candidates.map(({ word, summary }) => {
        const about = summary === '' ? '' : ` -d ${quoted(summary)}`;
        return `complete -c sallyport -n ${quoted(`__sallyport_at ${quoted(path)}`)} -a ${quoted(word)}${about}`;
      }),
    ),
    ...[...files].map((path) => `complete -c sallyport -n ${quoted(`__sallyport_in ${quoted(path)}`)} -F`),
    ...completedOptions(table).map(optionLine),
  ].join('\n');
}

function optionLine({ path, name, spec, values }: CompletedOption): string {
  const where = path === '' ? '' : ` -n ${quoted(`__sallyport_in ${quoted(path)}`)}`;
  const short = spec.short === undefined ? '' : ` -s ${spec.short}`;
  const offered = values.length === 0 ? '' : ` -a ${quoted(values.join(' '))}`;
  const value = spec.kind === 'flag' ? '' : spec.completes === 'file' ? ' -r -F' : ` -x${offered}`;
  return `complete -c sallyport${where} -l ${name}${short}${value} -d ${quoted(spec.summary)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
