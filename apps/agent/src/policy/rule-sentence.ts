// A rule in one plain English sentence, as front ends and the journal show it.
import { formatSocketAddress } from '../domain/address.ts';
import type { NetworkName } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import { isWholeContainer } from '../domain/container.ts';
import { PACKET } from '../domain/flow-key.ts';
import type { Protocol } from '../domain/flow-key.ts';
import type { AddressMatcher, PortRange, Rule, RuleLifetime, RuleMatcher } from '../domain/rule.ts';

const NETWORK_WORDS: Readonly<Record<NetworkName, string>> = {
  loopback: 'this computer itself',
  'link-local': 'link-local addresses',
  private: 'private networks',
  multicast: 'multicast groups',
  broadcast: 'broadcast addresses',
  resolvers: "the system's DNS servers",
};

/** Such as `curl may connect to 1.2.3.4 on port 443 (TCP), always`. */
export function ruleSentence(rule: Rule): string {
  const { matcher } = rule;
  const parts = [
    `${who(matcher)} ${rule.action === 'allow' ? 'may' : 'may not'} ${deed(matcher)}`,
    matcher.ports &&
      `on port${isSinglePort(matcher.ports) ? '' : 's'} ${orList(matcher.ports.map(portText))}`,
    matcher.protocols &&
      !isIcmpOnly(matcher) &&
      !isPacketOnly(matcher) &&
      `(${orList(matcher.protocols.map(protocolText))})`,
  ];
  const sentence = `${parts.filter((part) => part !== undefined && part !== false).join(' ')}, ${lifetimeText(rule.lifetime)}`;
  return rule.enabled ? sentence : `${sentence} (turned off)`;
}

function who({ app, uid }: RuleMatcher): string {
  const name = app === undefined ? 'Any app' : appName(app);
  return uid === undefined ? name : `${name} run by user ${uid}`;
}

/** The file's name; an app without a proven path keeps its whole id, which says why. */
function appName(app: AppId): string {
  if (isWholeContainer(app)) return `Any app in ${app.replace(':', ' ')}`;
  return app.startsWith('/') ? app.slice(app.lastIndexOf('/') + 1) : app;
}

function deed(matcher: RuleMatcher): string {
  if (isPacketOnly(matcher)) return "send raw packets, past the firewall's rules";
  return `${verb(matcher)} ${where(matcher)}`;
}

function isPacketOnly({ protocols }: RuleMatcher): boolean {
  return protocols?.every((protocol) => protocol === PACKET) === true;
}

function verb(matcher: RuleMatcher): string {
  const sends = isIcmpOnly(matcher);
  switch (matcher.direction) {
    case 'out':
      return sends ? 'send ICMP to' : 'connect to';
    case 'in':
      return sends ? 'receive ICMP from' : 'accept connections from';
    case undefined:
      return sends ? 'exchange ICMP with' : 'connect to or accept connections from';
  }
}

function isIcmpOnly({ protocols }: RuleMatcher): boolean {
  return protocols?.every((protocol) => protocol === 'icmp' || protocol === 'icmpv6') === true;
}

function where({ addresses }: RuleMatcher): string {
  return addresses === undefined ? 'any address' : orList(addresses.map(addressText));
}

function addressText(matcher: AddressMatcher): string {
  switch (matcher.kind) {
    case 'address':
      return formatSocketAddress(matcher.address, 0);
    case 'cidr':
      return `${matcher.address}/${matcher.prefixLength}`;
    case 'network':
      return NETWORK_WORDS[matcher.network];
  }
}

function isSinglePort(ports: readonly PortRange[]): boolean {
  return ports.length === 1 && ports[0]?.from === ports[0]?.to;
}

function portText({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function protocolText(protocol: Protocol): string {
  switch (protocol) {
    case 'tcp':
    case 'udp':
    case 'sctp':
    case 'icmp':
      return protocol.toUpperCase();
    case 'icmpv6':
      return 'ICMPv6';
    case 'udplite':
      return 'UDP-Lite';
    case PACKET:
      return 'raw packets';
    default:
      return `IP protocol ${protocol.slice('ip-'.length)}`;
  }
}

function lifetimeText(lifetime: RuleLifetime): string {
  switch (lifetime.kind) {
    case 'always':
      return 'always';
    case 'until':
      return `until ${minuteText(lifetime.untilMs)}`;
    case 'process':
      return lifetime.withChildren
        ? `for process ${lifetime.process.pid} and what it starts, until that process ends`
        : `until process ${lifetime.process.pid} ends`;
    case 'restart':
      return 'until Sallyport restarts';
  }
}

/** `2026-12-01 00:00 UTC`; the last moment that a Date can hold stands for every later one. */
function minuteText(atMs: number): string {
  const iso = new Date(Math.min(atMs, 8.64e15)).toISOString();
  return `${iso.slice(0, iso.lastIndexOf(':')).replace('T', ' ')} UTC`;
}

function orList(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} or ${items.at(-1) ?? ''}`;
}
