// What a card shows and offers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { appOf, flowOf, processOf, promptOf } from '../test-support/samples.ts';
import { HOUR } from './answer-options.ts';
import type { Prompt } from './model.ts';
import { ordersOf } from './order-runner.ts';
import { promptView } from './prompt-view.ts';
import type { PromptView } from './prompt-view.ts';

function viewOf(changes: Partial<Prompt> = {}): PromptView {
  const view = promptView(promptOf(changes));
  assert.ok(view);
  return view;
}

describe('the card', () => {
  test('asks about the first flow and shows the others as its sisters', () => {
    const view = viewOf({ flows: [flowOf('2001:db8::1', 443), flowOf('1.2.3.4', 80)] });
    assert.equal(view.question.socketAddress, '[2001:db8::1]:443');
    assert.equal(view.question.verb, 'connect');
    assert.deepEqual(
      view.sisters.map((sister) => sister.socketAddress),
      ['1.2.3.4:80'],
    );
  });

  test('shows a name with its evidence, and none where there is none', () => {
    const name = { text: 'example.com', evidence: 'asked by curl 2 s ago' };
    const named = flowOf('1.2.3.4', 443, { endpoint: { address: '1.2.3.4', port: 443, name } });
    assert.equal(viewOf({ flows: [named] }).target.name?.evidence.full, 'asked by curl 2 s ago');
    assert.equal(viewOf().target.name, undefined);
  });

  test('about packet sockets has no endpoint, one scope and no answer for once', () => {
    const socket = flowOf('', 0, { protocol: 'packet' });
    const view = viewOf({ flows: [socket] });
    assert.deepEqual([view.question.verb, view.question.socketAddress], ['send-packets', '']);
    assert.deepEqual([view.scopes, view.preselected.scope], [['endpoint'], 'endpoint']);
    assert.deepEqual(
      view.lifetimes.map(({ kind }) => kind).filter((kind) => kind === 'once'),
      [],
    );
    assert.notEqual(view.preselected.lifetime.kind, 'once');
  });

  test('has another content key as soon as its revision differs', () => {
    assert.notEqual(viewOf({ revision: 2 }).contentKey, viewOf({ revision: 1 }).contentKey);
    assert.notEqual(viewOf({ missed: true }).contentKey, viewOf().contentKey);
    assert.notEqual(
      viewOf({ openedAtMs: 9 }).contentKey,
      viewOf().contentKey,
      'of an agent that started anew',
    );
  });

  test('says send and receive where nothing is connected to', () => {
    const ping = flowOf('1.2.3.4', 0, { protocol: 'icmp' });
    const view = viewOf({ flows: [ping] });
    assert.deepEqual([view.question.verb, view.question.socketAddress], ['send-icmp', '1.2.3.4']);
    assert.deepEqual(view.scopes, ['endpoint', 'app']);
    const incoming = viewOf({ flows: [flowOf('10.0.0.7', 22, { direction: 'in' })] });
    const { verb, socketAddress, port } = incoming.question;
    assert.deepEqual([verb, socketAddress, port], ['receive', '10.0.0.7', 22]);
    assert.equal(incoming.target.socketAddress, '10.0.0.7 → :22');
  });

  test('shows hostile names and a command line of 128 kB safely, with the whole one at hand', () => {
    const long = 'x'.repeat(131_072);
    const view = viewOf({
      app: appOf('/tmp/\u202egnp.sh'),
      processes: [processOf({ commandLine: ['curl', long, 'a b', "c' 'd"] })],
    });
    assert.ok(view.question.appName.hasEscapes);
    assert.equal(view.app.path?.full, '/tmp/\\u{202e}gnp.sh');
    const [own] = view.chain;
    assert.equal(own?.commandLine.full, `curl ${long} 'a b' 'c\\' \\'d'`);
    assert.ok(own.commandLine.parts.some((part) => part.kind === 'left-out'));
  });

  test('without flows there is none', () => {
    assert.equal(promptView(promptOf({ flows: [] })), undefined);
  });
});

describe('a program that runs the orders of others', () => {
  const bash = { pid: 2, path: '/usr/bin/bash', commandLine: ['bash', '/home/alice/build.sh'] };
  const terminal = { pid: 1, path: '/usr/bin/gnome-terminal', commandLine: ['gnome-terminal'] };

  test('shows its script, and who started it in front', () => {
    const code = { pid: 3, path: '/usr/bin/code', commandLine: ['code'] };
    const python = processOf({
      commandLine: ['python3', '-W', 'ignore', 'x.py', '-c'],
      ancestors: [code, terminal],
    });
    const view = viewOf({ app: appOf('/usr/bin/python3.11'), processes: [python] });
    assert.equal(view.orders?.kind, 'script');
    assert.equal(view.orders.text?.full, 'x.py');
    assert.equal(view.orders.startedBy?.full, 'code');
  });

  test('is started by the script of a shell, not by the shell', () => {
    const curl = processOf({ ancestors: [bash, terminal] });
    const view = viewOf({ processes: [curl] });
    assert.equal(view.orders?.kind, 'tool');
    assert.equal(view.orders.startedBy?.full, 'build.sh');
    assert.deepEqual(
      view.chain.map((link) => link.name.full),
      ['curl', 'bash', 'gnome-terminal'],
    );
  });

  test('is not trusted beyond its end unless somebody says so', () => {
    assert.deepEqual(viewOf().preselected, {
      scope: 'endpoint',
      lifetime: { kind: 'process', withChildren: false },
    });
    assert.deepEqual(viewOf({ app: appOf('/usr/bin/firefox') }).preselected, {
      scope: 'endpoint',
      lifetime: HOUR,
    });
  });

  const cases: readonly (readonly [string, string, object | undefined])[] = [
    ['/usr/bin/bash', 'bash -lc "x y"', { kind: 'inline', code: '"x' }],
    ['/usr/bin/dash', 'sh ./install.sh -c', { kind: 'script', script: './install.sh' }],
    ['/bin/bash', '-bash', { kind: 'interactive' }],
    ['/usr/bin/python3', 'python3 -m http.server', { kind: 'script', script: 'http.server' }],
    ['/usr/bin/python3.12', 'python3 -Ic print', { kind: 'inline', code: 'print' }],
    ['/usr/bin/bash', 'bash --norc -eo pipefail build.sh', { kind: 'script', script: 'build.sh' }],
    ['/usr/bin/bash', 'bash -s -- install', { kind: 'interactive' }],
    ['/usr/bin/python3', 'python3 - install', { kind: 'interactive' }],
    ['/usr/bin/deno', 'deno run --allow-net x.ts', { kind: 'script', script: 'x.ts' }],
    ['/usr/bin/perl', 'perl -MEncode x.pl', { kind: 'script', script: 'x.pl' }],
    ['/usr/bin/perl', 'perl -M Encode -ne 1', { kind: 'inline', code: '1' }],
    ['/usr/bin/node', 'node --inspect -r x.js app.js', { kind: 'script', script: 'app.js' }],
    ['/usr/bin/node', 'node -pe 1', { kind: 'inline', code: '1' }],
    ['/usr/bin/perl', 'perl -we 1', { kind: 'inline', code: '1' }],
    ['/usr/bin/ruby3.1', 'ruby -- x.rb', { kind: 'script', script: 'x.rb' }],
    ['/usr/bin/php8.2', 'php -d a=b index.php', { kind: 'script', script: 'index.php' }],
    ['/usr/lib/jvm/bin/java', 'java -cp lib -Xmx1g -jar app.jar', { kind: 'script', script: 'app.jar' }],
    ['/usr/lib/git-core/git-remote-https', 'git-remote-https origin', { kind: 'tool' }],
    ['/usr/bin/busybox', 'wget x', { kind: 'tool' }],
    ['/usr/bin/nc.openbsd', 'nc', { kind: 'tool' }],
    ['/usr/bin/firefox', 'python3 x.py', undefined],
    ['/tmp/curl-like', 'curl', undefined],
  ];
  for (const [path, commandLine, orders] of cases)
    test(`${path} with \`${commandLine}\` has the orders ${JSON.stringify(orders)}`, () => {
      assert.deepEqual(ordersOf(path, commandLine.split(' ')), orders);
    });
});
