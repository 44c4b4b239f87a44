// Tunnels of the kernel's own between the two sides of a lab: each puts a packet of its own around what a program sends.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish, run } from '../lab/commands.ts';
import type { Stage } from './stage.ts';

export const CARRIER_PORT = 51_820;

/** The addresses at both ends of a tunnel, as packets inside it have them. */
export interface Inside {
  readonly client: string;
  readonly server: string;
}

export interface Tunnel {
  readonly name: string;
  readonly inside: Inside;
  /** Resolves with why it cannot be here. */
  readonly build: (stage: Stage) => Promise<string | undefined>;
  readonly remove: (stage: Stage) => Promise<void>;
}

type Side = keyof Inside;
const SIDES = ['client', 'server'] as const;
/** What carries goes between these. */
const OUTSIDE: Inside = { client: '10.66.0.2', server: '10.66.0.1' };
const OUTSIDE_6: Inside = { client: 'fd66::2', server: 'fd66::1' };
const INSIDE: Inside = { client: '10.9.0.1', server: '10.9.0.2' };
const INSIDE_6: Inside = { client: 'fd09::1', server: 'fd09::2' };

interface Addresses {
  readonly inside: Inside;
  readonly outside: Inside;
}

const PLAIN: Addresses = { inside: INSIDE, outside: OUTSIDE };

/** Words of `ip link add`, for one side of it. */
type LinkWords = (local: string, remote: string) => string;

const vxlan: LinkWords = (local, remote) => `vxlan id 9 dstport 4789 local ${local} remote ${remote}`;
const ends = (kind: string, more = ''): LinkWords => {
  return (local, remote) => `${kind} local ${local} remote ${remote} ${more}`.trim();
};

export const LINKS: readonly Tunnel[] = [
  link('VXLAN', PLAIN, vxlan),
  link('VXLAN over IPv6', { inside: INSIDE_6, outside: OUTSIDE_6 }, vxlan),
  link('GENEVE', PLAIN, (_local, remote) => `geneve id 9 remote ${remote}`),
  link('IPIP', PLAIN, ends('ipip')),
  link('GRE', PLAIN, ends('gre')),
  link('IPv6 over IPv4 (sit)', { inside: INSIDE_6, outside: OUTSIDE }, ends('sit')),
  link('IPv4 over IPv6 (ip6tnl)', { inside: INSIDE, outside: OUTSIDE_6 }, ends('ip6tnl', 'mode any')),
];

function link(name: string, { inside, outside }: Addresses, words: LinkWords): Tunnel {
  const build = async (stage: Stage): Promise<string | undefined> => {
    for (const side of SIDES) {
      const why = await addLink(stage, side, words(outside[side], outside[other(side)]));
      if (why !== undefined) return why;
      bringUp(stage, side, inside);
    }
    return undefined;
  };
  return { name, inside, build, remove: removeLinks };
}

async function removeLinks(stage: Stage): Promise<void> {
  for (const side of SIDES) await ip(stage, side, 'link delete tunnel0');
}

function addLink(stage: Stage, side: Side, words: string): Promise<string | undefined> {
  return ip(stage, side, `link add tunnel0 type ${words}`);
}

/** Resolves with what this kernel lacks. */
async function ip({ lab }: Stage, side: Side, words: string): Promise<string | undefined> {
  const [command, ...args] = lab.inside(side, 'ip', ...words.split(' '));
  const { exitCode, stderr } = await finish(command, args);
  return exitCode === 0 ? undefined : `not on this kernel: ip ${words}: ${stderr.trim()}`;
}

/** Packets of one address to another are encrypted; there is no link. */
export const ESP: Tunnel = {
  name: 'ESP (IPsec, transport)',
  inside: OUTSIDE,
  build: async (stage) => {
    for (const side of SIDES)
      for (const words of espOf(side)) {
        const why = await ip(stage, side, `xfrm ${words}`);
        if (why !== undefined) return why;
      }
    return undefined;
  },
  remove: async (stage) => {
    for (const side of SIDES)
      for (const what of ['state', 'policy']) await ip(stage, side, `xfrm ${what} flush`);
  },
};

function espOf(side: Side): readonly string[] {
  const [local, remote] = [OUTSIDE[side], OUTSIDE[other(side)]];
  const key = `0x${'01'.repeat(20)}`;
  const keyed = `proto esp reqid 1 mode transport aead rfc4106(gcm(aes)) ${key} 128`;
  const spi = { client: '0x101', server: '0x102' };
  const template = 'proto esp reqid 1 mode transport';
  return [
    `state add src ${local} dst ${remote} spi ${spi[side]} ${keyed}`,
    `state add src ${remote} dst ${local} spi ${spi[other(side)]} ${keyed}`,
    `policy add src ${local} dst ${remote} dir out tmpl src ${local} dst ${remote} ${template}`,
    `policy add src ${remote} dst ${local} dir in tmpl src ${remote} dst ${local} ${template}`,
  ];
}

export const WIREGUARD: Tunnel = {
  name: 'WireGuard',
  inside: INSIDE,
  build: async (stage) => {
    if (!existsSync('/usr/bin/wg')) return 'needs wg: apt-get install wireguard-tools';
    for (const side of SIDES) {
      const why = await addLink(stage, side, 'wireguard');
      if (why !== undefined) return why;
    }
    const keys = { client: keyOf(stage, 'client'), server: keyOf(stage, 'server') };
    for (const side of SIDES) joinPeer(stage, side, keys[other(side)]);
    return undefined;
  },
  remove: removeLinks,
};

function joinPeer(stage: Stage, side: Side, key: string): void {
  const peer = `peer ${key} endpoint ${OUTSIDE[other(side)]}:${CARRIER_PORT} allowed-ips ${INSIDE[other(side)]}/32`;
  const words = `set tunnel0 private-key ${keyFile(stage, side)} listen-port ${CARRIER_PORT} ${peer}`;
  stage.lab.run(side, 'wg', ...words.split(' '));
  bringUp(stage, side, INSIDE);
}

/** The public one. */
function keyOf(stage: Stage, side: Side): string {
  const file = keyFile(stage, side);
  writeFileSync(file, run('wg', 'genkey'), { mode: 0o600 });
  return run('sh', '-c', `wg pubkey < '${file}'`).trim();
}

function keyFile({ directory }: Stage, side: Side): string {
  return join(directory, `${side}.key`);
}

function bringUp({ lab }: Stage, side: Side, inside: Inside): void {
  const address = inside[side];
  const word = address.includes(':') ? [`${address}/64`, 'nodad'] : [`${address}/24`];
  lab.run(side, 'ip', 'address', 'add', 'dev', 'tunnel0', ...word);
  lab.run(side, 'ip', 'link', 'set', 'tunnel0', 'up');
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
