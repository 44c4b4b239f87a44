import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wireLifetime } from '@sallyport/proto';
import fc from 'fast-check';
import { CommandFailure } from '../exit-codes.ts';
import { parseApp } from './app.ts';
import { parseLifetime, parseRuleLifetime } from './reach.ts';
import { parseAddress, parsePortRange, parseTarget } from './target.ts';
import { parseDuration, parseMoment, parseSince } from './time.ts';
import { parseUser } from './user.ts';

process.env['TZ'] = 'UTC';
const NOW_MS = Date.UTC(2026, 10, 22, 18, 0, 0);

const refused = (action: () => unknown, pattern: RegExp): void =>
  assert.throws(action, (failure) => failure instanceof CommandFailure && pattern.test(failure.message));

describe('durations', () => {
  test('nothing, a bare number, a zero, an unknown unit and a stray part are refused', () => {
    for (const text of ['', '5', '0s', '5y', '1h!', 'h', '-1h', '1h 5', '99999w'])
      refused(() => parseDuration(text, '--for'), /cannot read/);
  });
  test('units add up', () => {
    assert.equal(parseDuration('1h30m', '--for'), 5_400_000);
    assert.equal(parseDuration('90s', '--for'), 90_000);
    assert.equal(parseDuration('2 days', '--for'), 172_800_000);
  });
});

describe('moments', () => {
  test('a time that does not exist is refused', () => {
    for (const text of ['25:00', '12:60', '2026-02-30', '2026-13-01', 'tomorrow', '2026-12-24T25:00'])
      refused(() => parseMoment(text, '--until', NOW_MS), /cannot read/);
  });
  test('a clock time is the next such', () => {
    assert.equal(parseMoment('19:00', '--until', NOW_MS), NOW_MS + 3_600_000);
    assert.equal(parseMoment('18:00', '--until', NOW_MS), NOW_MS + 86_400_000);
  });
  test('a date is its local midnight', () => {
    assert.equal(parseMoment('2026-12-24', '--until', NOW_MS), Date.UTC(2026, 11, 24));
    assert.equal(parseMoment('2026-12-24T18:30', '--until', NOW_MS), Date.UTC(2026, 11, 24, 18, 30));
  });
  test('since takes a span back, and a clock time as the last such', () => {
    assert.equal(parseSince('2h', '--since', NOW_MS), NOW_MS - 7_200_000);
    assert.equal(parseSince('17:00', '--since', NOW_MS), NOW_MS - 3_600_000);
    assert.equal(parseSince('19:00', '--since', NOW_MS), NOW_MS - 23 * 3_600_000);
  });
});

describe('lifetimes', () => {
  test('another word is refused', () => refused(() => parseLifetime('forever', '--for'), /is not one of/));
  test('those of a process reach the API as they are written, alone or with what it starts', () => {
    const wire = (text: string) => wireLifetime(parseLifetime(text, '--for')).lifetime;
    assert.deepEqual([wire('process'), wire('tree')], ['untilProcessEnds', 'untilProcessTreeEnds']);
  });
  test('no word of every object is one', () =>
    refused(() => parseLifetime('constructor', '--for'), /is not one of/));
  test('a rule cannot end in the past, nor at two times', () => {
    refused(() => parseRuleLifetime({ for: undefined, until: '2020-01-01' }, NOW_MS), /is over already/);
    refused(() => parseRuleLifetime({ for: '1h', until: '19:00' }, NOW_MS), /not both/);
  });
  test('a rule is for always unless said', () =>
    assert.deepEqual(parseRuleLifetime({ for: undefined, until: undefined }, NOW_MS), {
      lifetime: 'always',
      always: {},
    }));
});

describe('targets', () => {
  test('what is no address, network or network name is refused', () => {
    for (const text of [
      '',
      'example.com',
      '1.2.3',
      '0x7f.1',
      '1.2.3.4:0',
      '1.2.3.4:65536',
      '10.0.0.0/33',
      '[1.2.3.4',
      'fe80::1%eth0',
      '1.2.3.4/8/8',
      ':443',
      '2001:db8::/129',
    ])
      refused(() => parseTarget(text, '--to'), /is not/);
  });
  test('a network with bits after its prefix is refused with the likely one', () =>
    refused(() => parseTarget('10.1.2.3/8', '--to'), /bits set after the prefix/));
  test('a misspelled network name gets a suggestion', () =>
    refused(() => parseTarget('lopback', '--to'), /Did you mean loopback\?/));
  test('addresses become canonical, with their port', () => {
    assert.deepEqual(parseTarget('[2001:DB8:0::1]:443', '--to'), {
      text: '2001:db8::1',
      kind: 'address',
      port: 443,
    });
    assert.deepEqual(parseTarget('2001:db8::1', '--to'), {
      text: '2001:db8::1',
      kind: 'address',
      port: undefined,
    });
    assert.deepEqual(parseTarget('::ffff:1.2.3.4', '--to'), {
      text: '1.2.3.4',
      kind: 'address',
      port: undefined,
    });
    assert.deepEqual(parseTarget('10.0.0.0/8:53', '--to'), { text: '10.0.0.0/8', kind: 'cidr', port: 53 });
    assert.deepEqual(parseTarget('2001:db8::/32', '--to'), {
      text: '2001:db8::/32',
      kind: 'cidr',
      port: undefined,
    });
    assert.deepEqual(parseTarget('loopback:80', '--to'), { text: 'loopback', kind: 'network', port: 80 });
  });
  test('where one address is needed, a network is refused', () =>
    refused(() => parseAddress('private', 'ADDRESS'), /is a network/));
  test('ranges are inclusive and ordered', () => {
    assert.deepEqual(parsePortRange('8000-8080', '--port'), { from: 8000, to: 8080 });
    assert.deepEqual(parsePortRange('22', '--port'), { from: 22, to: 22 });
    refused(() => parsePortRange('9-8', '--port'), /ends before it begins/);
    refused(() => parsePortRange('9-', '--port'), /is not a port/);
  });
  test('any text is read or refused as wrong usage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f.:/[\]%-]{0,30}$/)), (text) => {
        for (const parse of [parseTarget, parsePortRange, parseDuration, parseLifetime, parseUser])
          try {
            parse(text, '--to');
          } catch (failure) {
            assert.ok(failure instanceof CommandFailure, String(failure));
          }
      }),
      { numRuns: 30 },
    );
  });
});

describe('apps', () => {
  test('a name that is not in PATH, and a relative path, are refused', () => {
    refused(() => parseApp('no-such-program', '--app'), /no program/);
    refused(() => parseApp('bin/curl', '--app'), /no program/);
  });
  test('a link is followed to the file that the kernel runs, and that is said', () => {
    const { id, note } = parseApp('node', '--app');
    assert.ok(id.startsWith('/') && id.endsWith('/node'));
    assert.ok(note?.startsWith('node is /'));
  });
  test('other identities pass as they are', () =>
    assert.deepEqual(parseApp('deleted:/tmp/x', '--app'), { id: 'deleted:/tmp/x', note: undefined }));

  test('a container stands for every program in it', () => {
    assert.equal(parseApp('container:docker/web', '--app').id, 'container:docker/web');
    refused(() => parseApp('container:docker/web:curl', '--app'), /no program/);
  });
  test('a file that is not there is kept, and that is said', () =>
    assert.match(parseApp('/no/such/file', '--app').note ?? '', /waits for it/));
});

describe('users', () => {
  test('an unknown name is refused', () => refused(() => parseUser('no-such-user-1', '--user'), /no user/));
  test('what would be an option to getent is refused unasked', () =>
    refused(() => parseUser('--help', '--user'), /no user/));
  test('names and numbers are read', () => {
    assert.equal(parseUser('root', '--user'), 0);
    assert.equal(parseUser('1000', '--user'), 1000);
  });
});
