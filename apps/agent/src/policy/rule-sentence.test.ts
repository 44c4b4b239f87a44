// Rules as sentences.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import { ruleOf } from '../domain/rule.fixture.ts';
import type { Rule } from '../domain/rule.ts';
import { ruleSentence } from './rule-sentence.ts';

const CURL_443 = ruleOf('curl', {
  app: '/usr/bin/curl' as AppId,
  direction: 'out',
  protocols: ['tcp'],
  addresses: [{ kind: 'address', address: '1.2.3.4' as Address }],
  ports: [{ from: 443, to: 443 }],
});

test('an allow for one endpoint', () => {
  assert.equal(ruleSentence(CURL_443), 'curl may connect to 1.2.3.4 on port 443 (TCP), always');
});

test('every App in a container', () => {
  const matcher = { ...CURL_443.matcher, app: 'container:podman@1000/web' as AppId };
  assert.equal(
    ruleSentence({ ...CURL_443, matcher }),
    'Any app in container podman@1000/web may connect to 1.2.3.4 on port 443 (TCP), always',
  );
});

test('a deny for lists, networks and a user until a time', () => {
  const rule: Rule = {
    ...CURL_443,
    action: 'deny',
    enabled: false,
    lifetime: { kind: 'until', untilMs: Date.UTC(2026, 11, 1, 18, 30) },
    matcher: {
      app: undefined,
      uid: 1000,
      direction: 'in',
      protocols: ['tcp', 'udp', 'ip-47'],
      addresses: [
        { kind: 'network', network: 'private' },
        { kind: 'cidr', address: '2001:db8::' as Address, prefixLength: 32 },
      ],
      ports: [
        { from: 22, to: 22 },
        { from: 8000, to: 8100 },
      ],
    },
  };
  assert.equal(
    ruleSentence(rule),
    'Any app run by user 1000 may not accept connections from private networks or 2001:db8::/32 on ports 22 or 8000-8100 ' +
      '(TCP, UDP or IP protocol 47), until 2026-12-01 18:30 UTC (turned off)',
  );
});

test('packet sockets, alone and beside what has a remote end', () => {
  const matcher = { ...CURL_443.matcher, addresses: undefined, ports: undefined };
  assert.equal(
    ruleSentence({ ...CURL_443, matcher: { ...matcher, protocols: ['packet'] } }),
    "curl may send raw packets, past the firewall's rules, always",
  );
  assert.equal(
    ruleSentence({ ...CURL_443, action: 'deny', matcher: { ...matcher, protocols: ['tcp', 'packet'] } }),
    'curl may not connect to any address (TCP or raw packets), always',
  );
});

test('ICMP until the process ends', () => {
  const matcher = { ...CURL_443.matcher, protocols: ['icmp' as const], ports: undefined };
  const lifetime = { kind: 'process', process: { pid: 7, startNs: 1n }, withChildren: false } as const;
  assert.equal(
    ruleSentence({ ...CURL_443, matcher, lifetime }),
    'curl may send ICMP to 1.2.3.4, until process 7 ends',
  );
});

test('what a process starts, whichever App that is', () => {
  const matcher = { ...CURL_443.matcher, app: undefined };
  const lifetime = { kind: 'process', process: { pid: 7, startNs: 1n }, withChildren: true } as const;
  assert.equal(
    ruleSentence({ ...CURL_443, matcher, lifetime }),
    'Any app may connect to 1.2.3.4 on port 443 (TCP), for process 7 and what it starts, until that process ends',
  );
});

test('an expiry beyond every calendar is still a sentence', () => {
  const sentence = ruleSentence({ ...CURL_443, lifetime: { kind: 'until', untilMs: 1e300 } });
  assert.match(sentence, /until \+275760-09-13 00:00 UTC$/);
});
