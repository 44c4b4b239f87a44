// Packets that no kernel would build, by raw sockets that bring their own IP header: each is dropped and recorded as malformed, or
// asked about like any other; never let through unseen, and the agent goes on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { SERVER, Stage } from './stage.ts';

interface Packet {
  readonly name: string;
  readonly family: 4 | 6;
  readonly bytes: readonly number[];
  /** `refused`: the kernel itself does not take it from the program. */
  readonly outcome: 'malformed' | 'judged' | 'refused';
}

const zeros = (count: number): readonly number[] => Array<number>(count).fill(0);
const SOURCE_4 = [10, 66, 0, 2];
const DESTINATION_4 = SERVER[4].split('.').map(Number);
const SOURCE_6 = [0xfd, 0x66, ...zeros(13), 2];
const DESTINATION_6 = [0x20, 0x01, 0x0d, 0xb8, ...zeros(11), 1];
const ACK = [0x12, 0x34, 0x11, 0x51, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0];

/** The kernel fills in total length, identification and checksum. */
function ipv4(first: number, protocol: number, rest: readonly number[] = []): readonly number[] {
  return [first, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, ...SOURCE_4, ...DESTINATION_4, ...rest];
}

function ipv6(first: number, next: number, rest: readonly number[] = []): readonly number[] {
  return [first, 0, 0, 0, 0, rest.length, next, 64, ...SOURCE_6, ...DESTINATION_6, ...rest];
}

const chain = (count: number): readonly number[] =>
  Array.from({ length: count }, () => [60, 0, 1, 4, 0, 0, 0, 0]).flat();

const PACKETS: readonly Packet[] = [
  { name: 'nothing', family: 4, bytes: [], outcome: 'refused' },
  { name: '19 bytes', family: 4, bytes: ipv4(0x45, 17).slice(0, 19), outcome: 'refused' },
  {
    name: 'a header that says to be longer than the packet',
    family: 4,
    bytes: ipv4(0x4f, 17),
    outcome: 'refused',
  },
  { name: 'version 0', family: 4, bytes: ipv4(0x05, 17, zeros(8)), outcome: 'malformed' },
  { name: 'version 15', family: 4, bytes: ipv4(0xf5, 17, zeros(8)), outcome: 'malformed' },
  { name: 'a header of 0 bytes', family: 4, bytes: ipv4(0x40, 17, zeros(8)), outcome: 'refused' },
  { name: 'a header of 16 bytes', family: 4, bytes: ipv4(0x44, 17, zeros(8)), outcome: 'refused' },
  {
    name: 'options of a length of 0',
    family: 4,
    bytes: ipv4(0x46, 17, [7, 0, 0, 0, ...zeros(8)]),
    outcome: 'judged',
  },
  {
    name: 'options of a length of 255',
    family: 4,
    bytes: ipv4(0x4f, 17, [...Array<number>(40).fill(255), ...zeros(8)]),
    outcome: 'judged',
  },
  { name: 'a header and nothing else', family: 4, bytes: ipv4(0x45, 17), outcome: 'judged' },
  { name: 'half a UDP header', family: 4, bytes: ipv4(0x45, 17, [1, 2, 3, 4]), outcome: 'judged' },
  { name: 'half a TCP header', family: 4, bytes: ipv4(0x45, 6, ACK.slice(0, 8)), outcome: 'judged' },
  { name: 'a forged ACK', family: 4, bytes: ipv4(0x45, 6, ACK), outcome: 'judged' },
  { name: 'a later fragment of TCP', family: 4, bytes: ipv4(0x45, 6, ACK).with(7, 9), outcome: 'judged' },
  { name: 'protocol 255', family: 4, bytes: ipv4(0x45, 255, zeros(8)), outcome: 'judged' },
  { name: '39 bytes', family: 6, bytes: ipv6(0x60, 17).slice(0, 39), outcome: 'refused' },
  { name: 'version 0', family: 6, bytes: ipv6(0x00, 17, zeros(8)), outcome: 'malformed' },
  { name: 'version 4', family: 6, bytes: ipv6(0x40, 17, zeros(8)), outcome: 'malformed' },
  {
    name: 'version 4, and the address of loopback where IPv4 has its addresses',
    family: 6,
    bytes: ipv6(0x40, 17, zeros(8)).toSpliced(12, 8, 127, 0, 0, 1, 127, 0, 0, 1),
    outcome: 'malformed',
  },
  {
    name: 'an extension longer than the packet',
    family: 6,
    bytes: ipv6(0x60, 60, [17, 255, ...zeros(6)]),
    outcome: 'judged',
  },
  { name: 'an extension that is cut short', family: 6, bytes: ipv6(0x60, 60, [17, 0]), outcome: 'judged' },
  {
    name: '20 extensions',
    family: 6,
    bytes: ipv6(0x60, 60, [...chain(19), 17, 0, 1, 4, 0, 0, 0, 0, ...zeros(8)]),
    outcome: 'judged',
  },
  {
    name: 'a jumbogram of no length',
    family: 6,
    bytes: ipv6(0x60, 0, [17, 0, 0xc2, 4, 0xff, 0xff, 0xff, 0xff]),
    outcome: 'judged',
  },
  { name: 'no next header', family: 6, bytes: ipv6(0x60, 59, zeros(8)), outcome: 'judged' },
];

describe('malformed packets', { skip: needsRoot, timeout: 60_000 }, () => {
  let stage: Stage;
  let sender: string;
  before(async () => {
    stage = await Stage.open();
    sender = stage.compile('raw-packet');
    // What is judged is denied by a rule, so that there is a record of each.
    await stage.person.client.putRule({ rule: ruleFor(sender, 'ACTION_DENY') });
  });
  after(() => stage[Symbol.asyncDispose]());

  const count = async (what: 'malformed' | 'judged'): Promise<number> => {
    const { records } = await stage.person.client.listHistory({ action: 'ACTION_DENY', limit: 1000 });
    const isMalformed = (reason: string): boolean => reason === 'failure malformedPacket';
    return records.filter(({ reason }) => isMalformed(reason) === (what === 'malformed')).length;
  };

  for (const { name, family, bytes, outcome } of PACKETS)
    test(`IPv${family}: ${name}: ${outcome}`, async () => {
      const before = { malformed: await count('malformed'), judged: await count('judged') };
      const words = [sender, SERVER[family], Buffer.from(bytes).toString('hex')] as const;
      const sent = await stage.start(...words).line(0);
      if (outcome === 'refused') assert.equal(sent, 'EINVAL');
      else {
        // The first one that is judged visits the agent, what the rule says of the others is known to the kernel.
        assert.match(sent, outcome === 'judged' ? /^(sent|EPERM)$/ : /^sent$/);
        await waitFor('its record', async () => (await count(outcome)) > before[outcome]);
      }
      const expected = outcome === 'refused' ? before : { ...before, [outcome]: before[outcome] + 1 };
      assert.deepEqual({ malformed: await count('malformed'), judged: await count('judged') }, expected);
    });

  test('none of them arrived, no question is open, and the agent goes on', async () => {
    assert.deepEqual(stage.heard, []);
    assert.deepEqual(stage.person.prompts, []);
    const path = stage.app('after');
    const program = stage.speak(path, 'tcp');
    await stage.person.answer(await stage.person.asked(path), { action: 'allow' });
    assert.equal(await program.line(0), 'answered');
    assert.doesNotMatch(stage.agent.log, / error /);
  });
});
