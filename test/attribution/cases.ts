// Every way to reach the network that the suite tries, with what is expected of it.

import type { Disguise } from './disguises.ts';
import type { PlayName } from './plays.ts';

/** A source in ./programs. */
export type ProgramName = 'processes' | 'descriptors' | 'datagrams' | 'streams' | 'places' | 'raw' | 'uring';

interface AnyCase {
  readonly name: string;
  readonly families: readonly (4 | 6)[];
  /** Undefined: each attempt is given to the process that made it. Else why none can be, and then it is nobody's. */
  readonly unseenBecause?: string;
}

/** A program makes all attempts by itself. */
export interface ProgramCase extends AnyCase {
  readonly program: ProgramName;
  /** The name of the case in that program, where it is another. */
  readonly attempt?: string;
  readonly disguise?: Disguise;
  /** Its records have no remote end, and are those of all attempts together. Seen where the kernel judges packet sockets. */
  readonly isPacketSocket?: true;
}

/** Each attempt is played in steps, with the agent or a person taking part. */
export interface PlayedCase extends AnyCase {
  readonly play: PlayName;
  /** Whose it has to be, in words. */
  readonly expectation: string;
}

export type AttributionCase = ProgramCase | PlayedCase;

const BOTH = [4, 6] as const;

function casesOf(
  program: ProgramName,
  names: readonly string[],
  families: AnyCase['families'] = BOTH,
): readonly ProgramCase[] {
  return names.map((name) => ({ name, program, families }));
}

function disguised(disguise: Disguise): AttributionCase {
  return { name: `${disguise}-program`, program: 'streams', attempt: 'plain', families: BOTH, disguise };
}

function through(
  disguise: Disguise,
  program: ProgramName,
  attempts: readonly string[],
): readonly AttributionCase[] {
  return attempts.map((attempt) => ({
    name: `${disguise}-${attempt}`,
    program,
    attempt,
    families: BOTH,
    disguise,
  }));
}

function played(play: PlayName, expectation: string): PlayedCase {
  return { name: play, play, families: BOTH, expectation };
}

type VisitedName = PlayName extends infer Name ? (Name extends `${infer Base}-tcp` ? Base : never) : never;

function visited(
  name: VisitedName,
  expectation: string,
  families: AnyCase['families'] = BOTH,
): readonly PlayedCase[] {
  return TRANSPORTS.map((transport) => ({ ...played(`${name}-${transport}`, expectation), families }));
}

const UNKNOWN = 'nobody';
const TRANSPORTS = ['tcp', 'udp'] as const;

const PLAYED: readonly PlayedCase[] = [
  played(
    'replaced-while-asked',
    'the program that was asked about, and the new file is another one for the kernel',
  ),
  played(
    'rewritten-while-asked',
    'the program that was asked about, and the new file is another one for the kernel',
  ),
  played('exec-while-asked', 'each program has its own question'),
  played('pid-reused-while-asked', 'each process has its own answer'),
  ...visited('listener', 'the program that listens'),
  ...visited('listener-dual-stack', 'the program that listens at ::', [4]),
  ...visited('older-listener', 'the process that has it open'),
  ...visited('listener-left-to-child', 'the child, as soon as its parent has ended'),
  ...visited('listener-passed', 'who was given it, as soon as the other has it no more'),
  ...visited('listener-exec', 'the program that the process is now'),
  ...visited('listeners-of-one-program', 'the process that the kernel chose'),
  ...visited('slirp4netns', 'the proxy outside, which sends it'),
  ...visited('listeners-of-two-programs', UNKNOWN).map((one) => ({
    ...one,
    unseenBecause: 'sockets of several programs are at this port, and the kernel chooses among them',
  })),
];

export const CASES: readonly AttributionCase[] = [
  ...casesOf('processes', [
    'fork-exec-exit',
    'double-fork',
    'exec-between',
    'renamed-thread',
    'renamed-process',
    'vfork-exec',
    'early-exit',
    'crowd',
    'same-port',
    'same-pid',
  ]),
  ...casesOf('descriptors', ['inherited', 'passed', 'taken', 'activated']),
  ...casesOf('datagrams', [
    'sendto',
    'sendmsg',
    'sendmmsg',
    'udplite',
    'connected',
    'connected-control',
    'one-to-many',
    'two-processes',
  ]),
  ...casesOf('streams', ['plain', 'mptcp', 'sctp', 'fast-open-sendto', 'fast-open-option']),
  ...casesOf('streams', ['mapped'], [4]),
  ...casesOf('places', ['any-address', 'multicast']),
  ...casesOf('places', ['broadcast', 'network-broadcast'], [4]),
  ...casesOf('raw', ['ping-socket', 'ping-raw', 'raw-ip']),
  {
    name: 'packet-socket',
    program: 'raw',
    families: [4],
    isPacketSocket: true,
    unseenBecause: 'its packet socket is closed before anybody looks, and this kernel has no hook for it',
  },
  ...casesOf('uring', [
    'uring-socket',
    'uring-connect',
    'uring-connect-sqpoll',
    'uring-send',
    'uring-send-sqpoll',
  ]),
  ...(['deleted', 'memfd', 'mount-namespace', 'setuid'] as const).map(disguised),
  ...(['bind-mount', 'overlay', 'chroot', 'pid-namespace'] as const).map(disguised),
  ...(['own-network', 'container', 'host-network-container'] as const).map(disguised),
  ...through('container', 'datagrams', ['sendto']),
  ...through('container', 'raw', ['ping-socket']),
  ...PLAYED,
];
