// Help texts, made from the command table.
import { GLOBAL_OPTIONS, placeholderOf, usageLine } from '../arguments/parse.ts';
import type { Command, OptionSpecs } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { Style } from './style.ts';
import { pad, wrap } from './width.ts';

export interface HelpView {
  readonly style: Style;
  readonly columns: number;
}

const QUESTIONS: readonly (readonly [string, readonly string[]])[] = [
  [
    'How do I allow a program?',
    [
      'Answer its question in sallyport prompts, or say it beforehand: sallyport rules add --allow --app curl --to 1.2.3.4:443',
    ],
  ],
  [
    'Where are the rules?',
    [
      'sallyport rules list shows them, with the file of each in rules show. They are YAML files in /etc/sallyport/rules; edit them freely, changes are read at once.',
    ],
  ],
  [
    'Why was this refused?',
    [
      'sallyport history --action deny --since 1h says what and why; sallyport explain curl 1.2.3.4:443 says what would happen now.',
    ],
  ],
  [
    'How do I stop it?',
    [
      'For a while: sallyport mode pause 15m. Altogether: Ctrl-C where it was started; it takes every netfilter rule with it.',
    ],
  ],
  [
    'I am locked out.',
    [
      'At the console or over a session that still works: sudo sallyport mode pause 1h, then sallyport rules list. If the agent does not answer, end it (its pid is in sallyport status): it takes its rules with it.',
    ],
  ],
  [
    'Who may decide?',
    [
      'root and the members of the group sallyport: sudo usermod -aG sallyport NAME, then log in again. Nobody else can reach the agent.',
    ],
  ],
];

export function generalHelp(table: readonly Command[], view: HelpView): readonly string[] {
  const { style } = view;
  return [
    style.bold('sallyport asks before an unknown program reaches the network.'),
    '',
    'Usage: sallyport COMMAND [options]',
    '',
    style.bold('Commands'),
    ...table.flatMap((command) =>
      pair(command.words.join(' '), command.summary, { ...view, labelColumns: 18 }),
    ),
    '',
    style.bold('Options of every command'),
    ...optionLines(GLOBAL_OPTIONS, view),
    '',
    style.bold('Usual questions'),
    ...QUESTIONS.flatMap(([question, answers]) => [
      `  ${question}`,
      ...answers.flatMap((text) => indented(text, 4, view)),
    ]),
    '',
    style.bold('Exit status'),
    ...Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${code}  ${meaning}`),
    '  128 + N  ended by the signal N',
    '',
    ...indented(
      'sallyport help COMMAND explains a command. --json documents are the messages of proto/sallyport/v1/firewall.proto in camelCase, enums as short words (allow, out, ok), 64-bit integers as strings, times in milliseconds since 1970; fields are added, never renamed.',
      0,
      view,
    ),
  ];
}

export function commandHelp(command: Command, view: HelpView): readonly string[] {
  const { style } = view;
  const options =
    Object.keys(command.options).length === 0
      ? []
      : ['', style.bold('Options'), ...optionLines(command.options, view)];
  const details = (command.details ?? []).flatMap((text) => ['', ...indented(text, 0, view)]);
  const examples = command.examples ?? [];
  return [
    style.bold(`sallyport ${command.words.join(' ')}: ${command.summary}`),
    '',
    `Usage: ${usageLine(command)}`,
    ...details,
    ...options,
    '',
    style.bold('Options of every command'),
    ...optionLines(GLOBAL_OPTIONS, view),
    ...(command.json === undefined ? [] : ['', ...indented(`--json prints ${command.json}.`, 0, view)]),
    ...(examples.length === 0
      ? []
      : ['', style.bold('Examples'), ...examples.map((example) => `  ${example}`)]),
  ];
}

export function familyHelp(family: readonly Command[], view: HelpView): readonly string[] {
  return [
    view.style.bold('Commands'),
    ...family.flatMap((command) => [`  ${usageLine(command)}`, ...indented(command.summary, 4, view)]),
  ];
}

const OPTION_COLUMNS = 26;

function optionLines(options: OptionSpecs, view: HelpView): readonly string[] {
  return Object.entries(options).flatMap(([name, spec]) => {
    const short = spec.short === undefined ? '' : `-${spec.short}, `;
    const value = spec.kind === 'flag' ? '' : ` ${placeholderOf(name, spec)}`;
    return pair(`${short}--${name}${value}`, spec.summary, { ...view, labelColumns: OPTION_COLUMNS });
  });
}

/** A label with its text beside it, or below where the label is too long. */
function pair(
  label: string,
  text: string,
  view: HelpView & { readonly labelColumns: number },
): readonly string[] {
  const columns = view.labelColumns;
  const lines = wrap(text, { columns: view.columns - columns - 3 });
  const isLong = label.length > columns - 1;
  const head = `  ${pad(label, columns)}`;
  const rest = (line: string): string => `  ${' '.repeat(columns)}${line}`;
  if (isLong) return [`  ${label}`, ...lines.map(rest)];
  return lines.map((line, index) => (index === 0 ? `${head}${line}` : rest(line)));
}

function indented(text: string, by: number, view: HelpView): readonly string[] {
  return wrap(text, { columns: view.columns - by }).map((line) => `${' '.repeat(by)}${line}`);
}
