// `sallyport explain`: which rule would decide about a flow, which others it beats, and why.
import type { ExplainResponse } from '@sallyport/proto';
import { PACKET } from '../../../agent/src/domain/flow-key.ts';
import type { Command, CommandContext, CommandInput } from '../command.ts';
import { parseApp } from '../arguments/app.ts';
import { PROTOCOLS, parseProtocol } from '../arguments/protocol.ts';
import { parseAddress } from '../arguments/target.ts';
import type { Target } from '../arguments/target.ts';
import { parseUser } from '../arguments/user.ts';
import { jsonDocument } from '../document.ts';
import { wrongUsage } from '../exit-codes.ts';
import { ruleSentence } from '../view/rule.ts';
import { safeText } from '../view/safe-text.ts';
import { wrap } from '../view/width.ts';

export const explain: Command = {
  words: ['explain'],
  summary: 'which rule decides about a flow, and which others it beats',
  positionals: [
    { name: 'APP', required: true, completes: 'file' },
    { name: 'ADDRESS[:PORT]', required: false },
  ],
  options: {
    protocol: { kind: 'value', placeholder: 'NAME', suggestions: PROTOCOLS, summary: 'tcp unless given' },
    user: { kind: 'value', placeholder: 'USER', summary: 'whose program it is; you unless given' },
    in: { kind: 'flag', summary: 'a flow that comes in' },
  },
  json: 'the message ExplainResponse',
  examples: [
    'sallyport explain curl 1.2.3.4:443',
    'sallyport explain /usr/bin/dig 9.9.9.9:53 --protocol udp',
    'sallyport explain nmap --protocol packet',
  ],
  run: async (context, input) => {
    const [appText = ''] = input.positionals;
    const protocol = parseProtocol(input.values.get('protocol') ?? 'tcp', '--protocol');
    const target = targetOf(input, protocol);
    const app = parseApp(appText, 'APP');
    const user = input.values.get('user');
    const answer = await context.connect().explain({
      app: app.id,
      uid: user === undefined ? undefined : parseUser(user, '--user'),
      direction: input.flags.has('in') ? 'DIRECTION_IN' : 'DIRECTION_OUT',
      protocol,
      address: target.text,
      port: target.port ?? 0,
    });
    if (context.json) context.print(jsonDocument(answer));
    else explainLines(answer, context).forEach(context.print);
    return 0;
  },
};

/** Packet sockets have no address, and everything else has one. */
function targetOf({ positionals }: CommandInput, protocol: string): Pick<Target, 'text' | 'port'> {
  const address = positionals[1];
  if (protocol === PACKET && address === undefined) return { text: '', port: undefined };
  if (protocol === PACKET) throw wrongUsage(`ADDRESS: packet sockets have none, leave ${address} out.`);
  if (address === undefined) throw wrongUsage('Where to? Give an ADDRESS, or ADDRESS:PORT.');
  return parseAddress(address, 'ADDRESS');
}

const OUTCOMES: Readonly<Record<string, string>> = {
  allow: 'It would be allowed.',
  deny: 'It would be refused.',
  ask: 'You would be asked.',
};

function explainLines(answer: ExplainResponse, context: CommandContext): readonly string[] {
  const nowMs = context.nowMs();
  const head = OUTCOMES[answer.outcome] ?? safeText(answer.outcome);
  const rule =
    answer.rule === undefined
      ? []
      : [`Rule ${safeText(answer.rule.id)}: ${ruleSentence(answer.rule, nowMs)}`];
  const beaten = answer.beaten.map(({ rule: other, beatenBy }) => {
    const sentence = other === undefined ? '' : `${safeText(other.id)}: ${ruleSentence(other, nowMs)}`;
    return `  beats ${sentence} (by ${safeText(beatenBy)})`;
  });
  const fields = answer.consultedFields.map(safeText).join(', ');
  return [
    context.style.bold(head),
    ...rule,
    ...beaten,
    ...(answer.text === '' ? [] : wrap(safeText(answer.text), { columns: context.columns })),
    ...(fields === '' ? [] : [context.style.dim(`It looked at: ${fields}.`)]),
  ];
}
