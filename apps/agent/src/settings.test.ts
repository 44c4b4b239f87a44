import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, USAGE, UsageError } from './settings.ts';

test('without options the agent is as it ships', () => {
  assert.deepEqual(readSettings([]), {
    rulesDirectory: '/etc/sallyport/rules',
    stateDirectory: '/var/lib/sallyport',
    runtimeDirectory: '/run/sallyport',
    queue: 4870,
    promptTimeoutMs: 120_000,
    noClientTimeoutMs: 10_000,
    strict: false,
    verdictCache: true,
    correlator: 'auto',
    denyError: 'EPERM',
    forwarded: true,
    containerRoot: '/',
    unknownFlows: 'ask',
    allowedUid: undefined,
    logFile: undefined,
    logJson: false,
    cleanup: false,
  });
});

test('each option is read', () => {
  const directories = [
    '--rules',
    '/a',
    '--state',
    '/b',
    '--runtime',
    '/c',
    '--log-file',
    '/d',
    '--container-root',
    '/e',
  ];
  const numbers = [
    '--queue',
    '7',
    '--prompt-timeout',
    '0.5',
    '--no-client-timeout',
    '3600',
    '--allow-uid',
    '0',
  ];
  const flags = [
    '--correlator',
    'proc',
    '--deny-error',
    'ECONNREFUSED',
    '--unknown',
    'deny',
    '--strict',
    '--no-verdict-cache',
    '--no-forwarded',
    '--log-json',
    '--cleanup',
  ];
  assert.deepEqual(readSettings([...directories, ...numbers, ...flags]), {
    rulesDirectory: '/a',
    stateDirectory: '/b',
    runtimeDirectory: '/c',
    queue: 7,
    promptTimeoutMs: 500,
    noClientTimeoutMs: 3_600_000,
    strict: true,
    verdictCache: false,
    correlator: 'proc',
    denyError: 'ECONNREFUSED',
    forwarded: false,
    containerRoot: '/e',
    unknownFlows: 'deny',
    allowedUid: 0,
    logFile: '/d',
    logJson: true,
    cleanup: true,
  });
});

test('what cannot be used is refused in a sentence that names the option and what it takes', () => {
  for (const [args, text] of [
    [['--queue', '65536'], /--queue takes a whole number from 0 to 65535, not '65536'/],
    [['--queue', '-1'], /queue/],
    [['--queue', ''], /--queue/],
    [['--prompt-timeout', '0'], /--prompt-timeout takes seconds, above 0 and at most 3600/],
    [['--no-client-timeout', '1e3'], /--no-client-timeout/],
    [['--deny-error', 'EACCES'], /--deny-error takes EPERM or ECONNREFUSED, not 'EACCES'/],
    [['--allow-uid', '4294967295'], /--allow-uid/],
    [['--unknown', 'maybe'], /--unknown takes ask, allow or deny, not 'maybe'/],
    [['--correlator', 'best'], /--correlator takes auto, packet, .*proc, not 'best'/],
    [['--stict'], /--stict/],
    [['rules'], /rules/],
  ] as const)
    assert.throws(
      () => readSettings(args),
      (error) => error instanceof UsageError && text.test(error.message),
      args.join(' '),
    );
});

test('help is asked for, not an agent, and it names every option', () => {
  assert.equal(readSettings(['--help']), undefined);
  for (const option of ['rules', 'state', 'runtime', 'queue', 'prompt-timeout', 'no-client-timeout'])
    assert.match(USAGE, new RegExp(`--${option} `));
  for (const option of [
    'unknown',
    'correlator',
    'strict',
    'allow-uid',
    'log-file',
    'log-json',
    'cleanup',
    'container-root',
    'no-forwarded',
  ])
    assert.match(USAGE, new RegExp(`--${option} `));
});
