import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Prompt } from '@sallyport/proto';
import { ARMING_MS, SAFE_PRESELECTION } from '../prompts/card.ts';
import { currentCard, initialState } from '../prompts/state.ts';
import type { PromptsState } from '../prompts/state.ts';
import { step } from '../prompts/step.ts';
import { NOW_MS, sampleFlow, samplePrompt } from '../samples.ts';
import { promptsScreen } from './prompts-screen.ts';
import type { ScreenSize } from './prompts-screen.ts';
import { COLOUR_STYLE, PLAIN_STYLE } from './style.ts';
import { textWidth } from './width.ts';

process.env['TZ'] = 'UTC';

function showing(...prompts: readonly Prompt[]): PromptsState {
  const { state } = step(
    initialState(SAFE_PRESELECTION),
    { kind: 'snapshot', prompts, mayDecide: true },
    NOW_MS,
  );
  const front = currentCard(state)?.prompt;
  if (front === undefined) return state;
  return step(state, { kind: 'shown', id: front.id, revision: front.revision }, NOW_MS - ARMING_MS).state;
}

function screen(state: PromptsState, size: ScreenSize = { columns: 80, rows: 24 }): string {
  return promptsScreen(state, { ...size, nowMs: NOW_MS, style: PLAIN_STYLE }).lines.join('\n');
}

const four = samplePrompt({
  flows: [
    sampleFlow(),
    sampleFlow({ address: '5.6.7.8' }),
    sampleFlow({ address: '2001:db8::1' }),
    sampleFlow({ port: 53, protocol: 'udp' }),
  ],
});

describe('the card', () => {
  test('about packet sockets names no endpoint and offers no answer for once', () => {
    const flow = sampleFlow({ address: '', port: 0, protocol: 'packet' });
    const question = "Allow curl to send raw packets, past the firewall's rules?";
    const text = screen(showing(samplePrompt({ question, flows: [flow], networks: [''] })));
    assert.match(text, /Allow curl to send raw packets, past the firewall's rules\?/);
    assert.match(text, /any interface, past the firewall's rules \(packet socket\)/);
    assert.match(text, /only \(s\) +raw packets/);
    assert.match(text, /nothing waits; your answer applies to the next try/);
    assert.doesNotMatch(text, /this once|this address/);
  });

  test('offers the whole container where there is one with a name', () => {
    const state = showing(samplePrompt({ container: 'container:docker/web' }));
    assert.match(screen(state), /apps \(c\) +this program alone\n.*every user of this program/);
    assert.match(screen(state), / c apps /);
    const { state: chosen } = step(state, { kind: 'key', key: { kind: 'character', text: 'c' } }, NOW_MS);
    assert.match(
      screen(chosen),
      /apps \(c\) +every program in container docker\/web\n.*users \(o\) +every user\n/,
    );
    assert.doesNotMatch(screen(showing(samplePrompt())), /apps/);
  });

  test('says who wants what, why, and how far an answer reaches', () => {
    assert.equal(
      screen(showing(four, samplePrompt({ id: 'p2' }))),
      `
── 1 of 2 ─────────────────────────────────────────────────────── waits 2 min ──
  Allow curl to connect to 1.2.3.4:443?

  to         1.2.3.4:443 · TCP · example.com (asked by curl 2 s ago)
  program    /usr/bin/curl · PID 4711 · proven by the kernel
  it says    curl -s https://example.com/
  started by build.sh ← bash ← gnome-terminal
  user       alice (1000)
  + 3 more   5.6.7.8:443, [2001:db8::1]:443, UDP 1.2.3.4:53 · w answers all of
             them too

  only (s)   1.2.3.4:443
  users (o)  every user of this program
  for (t)    1 hour

  a allow for 1 hour   A allow always
  d deny for 1 hour    D deny always
  s scope  t lifetime  o users  ? details  n next  l later  u undo  q quit




`.slice(1, -1),
    );
  });
});

describe('what a hostile program can do to the card', () => {
  const forged = 'curl to connect to 1.1.1.1:443?\u001b[2J\n  program    /usr/bin/apt';
  const evil = samplePrompt({
    question: `Allow ${forged} to connect to 6.6.6.6:443?`,
    app: {
      id: `/tmp/${forged}`,
      name: forged,
      path: `/tmp/${forged}`,
      identity: 'path',
      mayCarryLastingRule: true,
    },
    flows: [sampleFlow({ address: '6.6.6.6' })],
  });
  test('its name stays one quoted word in the question', () => {
    const text = screen(showing(evil));
    assert.match(text, /Allow 'curl to connect to 1\.1\.1\.1:4….*\/usr\/bin\/apt' to/);
    assert.match(text, /to\s+connect\s+to\s+6\.6\.6\.6:443\?/);
  });
  test('none of its text begins where a label stands', () => {
    const labels = screen(showing(evil))
      .split('\n')
      .filter((line) => /^ {2}program/.test(line));
    assert.equal(labels.length, 1);
  });
});

const MESSAGES = fc.string({ unit: 'binary', maxLength: 80 });
const arbitraryPrompt = fc
  .record({
    name: MESSAGES,
    path: MESSAGES,
    word: MESSAGES,
    host: MESSAGES,
    user: MESSAGES,
    identity: MESSAGES,
  })
  .map(({ name, path, word, host, user, identity }) => {
    const flow = sampleFlow({ address: host, protocol: word });
    const process = {
      pid: 1,
      startNs: '1',
      uid: 1,
      userName: user,
      commandLine: [word, path],
      ancestors: [{ pid: 2, path, commandLine: [word] }],
    };
    return samplePrompt({
      question: `Allow ${name} to connect to ${host}?`,
      app: { id: path, name, path, identity, mayCarryLastingRule: true },
      flows: [
        { ...flow, process, endpoint: { address: host, port: 1, name: word, nameEvidence: user } },
        sampleFlow({ id: 'b', address: host }),
      ],
    });
  });

test('whatever the texts and the size, the screen fits and holds nothing that a terminal acts on', () => {
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 130 }),
    rows: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(arbitraryPrompt, size, fc.boolean(), (prompt, { columns, rows }, details) => {
      const state = {
        ...showing(prompt),
        details,
        log: [prompt.question.length > 9 ? 'x may reach y.' : ''],
      };
      const { lines, answerable } = promptsScreen(state, {
        columns,
        rows,
        nowMs: NOW_MS,
        style: PLAIN_STYLE,
      });
      assert.ok(lines.length <= rows);
      for (const line of lines) {
        assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }
      if (answerable) assert.ok(lines.some((line) => line.includes('a allow')));
    }),
    { numRuns: 400 },
  );
});

describe('other screens', () => {
  test('a window that is too small shows no answer keys and takes no answer', () => {
    const { lines, answerable } = promptsScreen(showing(four), {
      columns: 60,
      rows: 10,
      nowMs: NOW_MS,
      style: PLAIN_STYLE,
    });
    assert.equal(answerable, false);
    assert.equal(lines.join('\n'), 'A question is waiting.\nMake this window larger to answer it.\nq quits.');
  });
  test('at 60 columns every key is still named', () => {
    const text = screen(showing(four), { columns: 60, rows: 30 });
    for (const key of ['A allow always', 'D deny always', 'l later', 'u undo', 'q quit'])
      assert.ok(text.includes(key), key);
  });
  test('no question, with the last answer and its undo', () => {
    const state = {
      ...showing(),
      log: ['curl may reach 1.2.3.4:443 for 1 hour.'],
      undo: { token: 'u', untilMs: NOW_MS + 1, text: '' },
    };
    const text = screen(state, { columns: 60, rows: 24 });
    assert.match(text, /No question is waiting\. New ones appear here\./);
    assert.match(text, /curl may reach 1\.2\.3\.4:443 for 1 hour\. u undoes\./);
  });
  test('without the firewall it says so, and that it tries again', () => {
    const { state } = step(showing(four), { kind: 'lost', reason: 'The agent is gone.' }, NOW_MS);
    assert.match(screen(state), /Lost the firewall; trying again by itself\. The agent is gone\./);
  });
  test('colour changes no letter', () => {
    const coloured = promptsScreen(showing(four), {
      columns: 80,
      rows: 24,
      nowMs: NOW_MS,
      style: COLOUR_STYLE,
    });
    const plain = coloured.lines.join('\n').replaceAll(/\u001b\[\d+m/g, '');
    assert.equal(plain, screen(showing(four)));
    assert.notEqual(plain, coloured.lines.join('\n'));
  });
});
