// The shipped rules: valid, copied once, never forced back.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { installDefaults } from './default-rules.ts';
import { idsOf, rulesFixture } from './rules-store.fixture.ts';

const FILES = 8;
const SHIPPED = [
  'default-dhcp',
  'default-dhcp-in',
  'default-dhcpv6',
  'default-dhcpv6-in',
  'default-dns',
  'default-loopback',
  'default-mdns-in',
  'default-packets-dhclient',
  'default-packets-dhclient-bin',
  'default-packets-dhcpcd',
  'default-packets-dhcpcd-bin',
  'default-packets-networkd',
  'default-packets-networkmanager',
  'default-packets-networkmanager-bin',
  'default-packets-wpa',
  'default-packets-wpa-bin',
];

test('the shipped rules load without problems and say where they come from', (context) => {
  const fixture = rulesFixture(context);
  assert.equal(installDefaults(fixture).length, FILES);
  const store = fixture.open();
  assert.deepEqual(store.problems(), []);
  assert.deepEqual(idsOf(store.rules()), SHIPPED);
  assert.ok(store.rules().every(({ origin, note }) => origin === 'default' && note !== undefined));
});

test('a shipped rule that a person deleted or changed stays so', (context) => {
  const fixture = rulesFixture(context);
  installDefaults(fixture);
  rmSync(join(fixture.directory, 'default-dns.yaml'));
  fixture.write('default-dhcp.yaml', 'id: default-dhcp\naction: deny\n');
  assert.deepEqual(installDefaults(fixture), []);
  assert.deepEqual(
    idsOf(fixture.open().rules()),
    SHIPPED.filter((id) => id !== 'default-dns'),
  );
  assert.equal(fixture.read('default-dhcp.yaml'), 'id: default-dhcp\naction: deny\n');
});

test('a damaged record is an error that says what to do', (context) => {
  const fixture = rulesFixture(context);
  installDefaults(fixture);
  fixture.write('../state/installed-defaults.json', '{');
  assert.throws(() => installDefaults(fixture), /is damaged: remove it/);
});
