// Whose a packet from outside is, played with sockets that are named: never a guess.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Correlation } from './correlator/correlator.ts';
import type { Address } from './domain/address.ts';
import type { Owner } from './domain/owner.ts';
import { InboundArrivals } from './inbound-arrivals.ts';
import type { ArrivalPorts, Destination } from './inbound-arrivals.ts';
import type { Arrival, Listener } from './platform/listeners.ts';

const ARRIVAL: Arrival = {
  ...{ protocol: 'udp', localAddress: '10.0.0.2' as Address, localPort: 53 },
  ...{ remoteAddress: '10.0.0.7' as Address, remotePort: 4000, interfaceIndex: 2 },
};
const GROUP: Arrival = { ...ARRIVAL, localAddress: '224.0.0.251' as Address };

function listener(socketCookie: bigint, changes: Partial<Listener> = {}): Listener {
  return {
    socketCookie,
    ...{ inode: Number(socketCookie), localAddress: '0.0.0.0', interfaceIndex: 0, isConnected: false },
    ...changes,
  };
}

function ownerOf(pid: number, inode: bigint): Correlation {
  const executable = { deviceMajor: 8, deviceMinor: 1, inode, ctimeNs: 1n };
  const place = { networkNamespace: 1n, isElsewhere: false };
  const owner: Owner = {
    pid,
    startNs: 1n,
    uid: 0,
    gid: 0,
    executable,
    cgroupId: 1n,
    socketCookie: 1n,
    ...place,
  };
  return { kind: 'owner', owner };
}

interface Played extends Partial<Omit<ArrivalPorts, 'owners'>> {
  readonly listeners?: readonly Listener[];
  /** By the socket's cookie; else each socket has a program of its own. */
  readonly owners?: Readonly<Record<string, Correlation>>;
}

function arrivals({ listeners = [], owners = {}, ...ports }: Played): InboundArrivals {
  const [first] = listeners;
  return new InboundArrivals({
    receiverOf: () => (first === undefined ? { kind: 'nobody' } : { kind: 'listener', listener: first }),
    listenersAt: () => listeners,
    isOwnAddress: (address) => address === '10.0.0.2',
    bindsOf: () => 0,
    isFound: () => false,
    owners: {
      correlationOf: ({ socketCookie }) =>
        owners[String(socketCookie)] ?? ownerOf(Number(socketCookie), socketCookie),
    },
    ...ports,
  });
}

function pidOf(destination: Destination): number | string {
  if (destination.kind === 'pass') return destination.why;
  const { correlation } = destination;
  return correlation.kind === 'owner' ? correlation.owner.pid : correlation.kind;
}

describe('a packet from outside', () => {
  test('is nobody’s business where nobody listens, or where its connection is there already', () => {
    assert.equal(pidOf(arrivals({}).destinationOf(ARRIVAL)), 'nobody');
    const open = arrivals({ receiverOf: () => ({ kind: 'open' }) });
    assert.equal(pidOf(open.destinationOf({ ...ARRIVAL, protocol: 'tcp' })), 'open');
  });

  test('belongs to the process of the socket that the kernel finds', () => {
    const two = [
      listener(7n),
      listener(8n, { localAddress: '10.0.0.2' }),
      listener(9n, { interfaceIndex: 2 }),
    ];
    const destination = arrivals({ listeners: two }).destinationOf(ARRIVAL);
    assert.equal(pidOf(destination), 7);
    assert.equal(destination.kind === 'listener' && destination.socketCookie, 7n);
  });

  test('is nobody’s where sockets of two programs share the place, and their program’s where it is one', () => {
    const listeners = [listener(7n), listener(8n)];
    const destination = arrivals({ listeners }).destinationOf(ARRIVAL);
    assert.equal(pidOf(destination), 'unknown');
    assert.equal(destination.kind === 'listener' && destination.socketCookie, 0n);
    const owners = { 7: ownerOf(70, 1n), 8: ownerOf(80, 1n) };
    assert.equal(pidOf(arrivals({ listeners, owners }).destinationOf(ARRIVAL)), 70);
  });

  test('to a group is for all sockets at the port that take it', () => {
    const listeners = [
      listener(7n),
      listener(8n, { localAddress: '10.0.0.2' }),
      listener(9n, { isConnected: true }),
    ];
    assert.equal(pidOf(arrivals({ listeners }).destinationOf(GROUP)), 7);
    assert.equal(
      pidOf(arrivals({ listeners: [...listeners, listener(10n)] }).destinationOf(GROUP)),
      'unknown',
    );
  });

  test('goes on to a connected socket that is older than the agent, and is judged for one that is not', () => {
    const listeners = [listener(7n, { isConnected: true })];
    assert.equal(pidOf(arrivals({ listeners, isFound: () => true }).destinationOf(ARRIVAL)), 'open');
    assert.equal(pidOf(arrivals({ listeners }).destinationOf(ARRIVAL)), 7);
  });

  test('has its port’s sockets listed again only where another one took the port, or one is missing', () => {
    let [binds, lists, chosen] = [0, 0, 7n];
    const both = arrivals({
      receiverOf: () => ({ kind: 'listener', listener: listener(chosen) }),
      listenersAt: () => {
        lists += 1;
        return [listener(chosen)];
      },
      bindsOf: () => binds,
    });
    const look = (): number => {
      both.destinationOf(ARRIVAL);
      return lists;
    };
    assert.deepEqual([look(), look()], [1, 1]);
    binds = 1;
    assert.deepEqual([look(), look()], [2, 2]);
    chosen = 8n;
    assert.deepEqual([look(), look()], [3, 3]);
  });
});
