// `sallyport rules add`: one rule from options.
import type { Rule, RuleMatcher } from '@sallyport/proto';
import type { Command, CommandInput } from '../command.ts';
import { parseApp } from '../arguments/app.ts';
import type { NamedApp } from '../arguments/app.ts';
import { PROTOCOLS, parseProtocol } from '../arguments/protocol.ts';
import { parseRuleLifetime } from '../arguments/reach.ts';
import { parsePortRange, parseTarget } from '../arguments/target.ts';
import type { Target } from '../arguments/target.ts';
import { parseUser } from '../arguments/user.ts';
import { jsonDocument } from '../document.ts';
import { wrongUsage } from '../exit-codes.ts';
import { ruleSentence } from '../view/rule.ts';
import { safeText } from '../view/safe-text.ts';

export const rulesAdd: Command = {
  words: ['rules', 'add'],
  summary: 'add a rule',
  positionals: [],
  options: {
    app: {
      kind: 'value',
      placeholder: 'APP',
      completes: 'file',
      summary: 'path of the program, or its name in PATH',
    },
    'any-app': { kind: 'flag', summary: 'every program; has to be said where --app is not given' },
    allow: { kind: 'flag', summary: 'let it through' },
    deny: { kind: 'flag', summary: 'refuse it' },
    to: {
      kind: 'list',
      placeholder: 'TARGET',
      summary:
        'ADDRESS, ADDRESS:PORT, a network such as 10.0.0.0/8, or loopback, private, ...; may be repeated',
    },
    port: { kind: 'list', placeholder: 'PORT', summary: 'PORT or FROM-TO; may be repeated' },
    protocol: {
      kind: 'list',
      placeholder: 'NAME',
      suggestions: PROTOCOLS,
      summary: 'may be repeated; any unless given',
    },
    direction: {
      kind: 'value',
      choices: ['out', 'in', 'any'],
      summary: 'who begins: this computer (out), the other end (in), or either; out unless given',
    },
    user: { kind: 'value', placeholder: 'USER', summary: 'only programs of this user' },
    for: {
      kind: 'value',
      placeholder: 'TIME',
      suggestions: ['1h', '1d', 'restart', 'always'],
      summary: 'a duration, restart or always; always unless given',
    },
    until: { kind: 'value', placeholder: 'TIME', summary: '18:00, 2026-12-24 or 2026-12-24T18:00' },
    priority: { kind: 'value', placeholder: 'NUMBER', summary: 'higher is asked first; 0 unless given' },
    note: { kind: 'value', placeholder: 'TEXT', summary: 'for those who read the rule later' },
    id: { kind: 'value', placeholder: 'ID', summary: 'a name of its own; replaces the rule of that id' },
    off: { kind: 'flag', summary: 'keep it switched off' },
  },
  details: [
    'A rule without --app would hold for every program: say --any-app if that is what you mean.',
    'An allow without --protocol does not hold for packet sockets: those are allowed only by --protocol packet.',
  ],
  json: '{rule: Rule}',
  examples: [
    'sallyport rules add --allow --app curl --to 1.2.3.4:443',
    'sallyport rules add --deny --app /usr/bin/telemetry',
    'sallyport rules add --deny --app container:podman/web',
    'sallyport rules add --allow --app nmap --protocol packet',
    'sallyport rules add --allow --app ssh --to private --port 22 --until 18:00',
  ],
  run: async (context, input) => {
    const named = namedApp(input);
    if (named?.note !== undefined) context.warn(safeText(named.note));
    const rule = ruleOf(input, named, context.nowMs());
    const response = await context.connect().putRule({ rule });
    if (context.json) context.print(jsonDocument(response));
    else if (response.rule !== undefined)
      context.print(`Rule ${safeText(response.rule.id)}: ${ruleSentence(response.rule, context.nowMs())}`);
    return 0;
  },
};

function namedApp(input: CommandInput): NamedApp | undefined {
  const app = input.values.get('app');
  const isAny = input.flags.has('any-app');
  if (app !== undefined && isAny) throw wrongUsage('Give --app or --any-app, not both.');
  if (app === undefined && !isAny)
    throw wrongUsage('Which program? Give --app, or --any-app for a rule about every program.');
  return app === undefined ? undefined : parseApp(app, '--app');
}

function ruleOf(input: CommandInput, app: NamedApp | undefined, nowMs: number): Rule {
  return {
    id: input.values.get('id') ?? '',
    enabled: !input.flags.has('off'),
    action: actionOf(input),
    priority: priorityOf(input.values.get('priority')),
    matcher: matcherOf(input, app),
    lifetime: parseRuleLifetime({ for: input.values.get('for'), until: input.values.get('until') }, nowMs),
    origin: 'user',
    createdAtMs: 0,
    note: input.values.get('note') ?? '',
    sentence: '',
    file: '',
  };
}

function actionOf({ flags }: CommandInput): Rule['action'] {
  if (flags.has('allow') === flags.has('deny')) throw wrongUsage('Give either --allow or --deny.');
  return flags.has('allow') ? 'ACTION_ALLOW' : 'ACTION_DENY';
}

function priorityOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^-?\d{1,7}$/.test(text) || Math.abs(Number(text)) > 1_000_000)
    throw wrongUsage(`--priority: "${text}" is not a whole number from -1000000 to 1000000.`);
  return Number(text);
}

function directionOf(word: string | undefined): RuleMatcher['direction'] {
  if (word === 'any') return 'DIRECTION_ANY';
  return word === 'in' ? 'DIRECTION_IN' : 'DIRECTION_OUT';
}

function matcherOf(input: CommandInput, app: NamedApp | undefined): RuleMatcher {
  const targets = (input.lists.get('to') ?? []).map((text) => parseTarget(text, '--to'));
  const user = input.values.get('user');
  return {
    app: app?.id ?? '',
    uid: user === undefined ? undefined : parseUser(user, '--user'),
    direction: directionOf(input.values.get('direction')),
    protocols: (input.lists.get('protocol') ?? []).map((text) => parseProtocol(text, '--protocol')),
    addresses: [...new Set(targets.map((target) => target.text))].map((text) => ({ text })),
    ports: portsOf(targets, input.lists.get('port') ?? []),
  };
}

/** One rule pairs every address with every port: differing ports behind addresses would reach further than was typed. */
function portsOf(targets: readonly Target[], typed: readonly string[]): RuleMatcher['ports'] {
  const behind = new Set(targets.map((target) => target.port));
  const isMixed =
    behind.size > 1 || (typed.length > 0 && targets.some((target) => target.port !== undefined));
  if (isMixed)
    throw wrongUsage(
      'The ports differ between the targets, and a rule would allow each port at each address.',
      'Add one rule for each, or give the ports by --port alone.',
    );
  const [port] = behind;
  return port === undefined
    ? typed.map((text) => parsePortRange(text, '--port'))
    : [{ from: port, to: port }];
}
