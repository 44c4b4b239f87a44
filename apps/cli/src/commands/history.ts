// `sallyport history`: what was decided, newest first.
import type { Command, CommandInput } from '../command.ts';
import { parseApp } from '../arguments/app.ts';
import { parseAddress, parsePort } from '../arguments/target.ts';
import { parseSince } from '../arguments/time.ts';
import { jsonDocument } from '../document.ts';
import { wrongUsage } from '../exit-codes.ts';
import { historyLine } from '../view/history.ts';

const MOST_RECORDS = 10_000;

export const history: Command = {
  words: ['history'],
  summary: 'what was decided, newest first',
  positionals: [],
  options: {
    app: { kind: 'value', placeholder: 'APP', completes: 'file', summary: 'only this program' },
    to: { kind: 'value', placeholder: 'ADDRESS[:PORT]', summary: 'only this address' },
    port: { kind: 'value', placeholder: 'PORT', summary: 'only this port' },
    action: { kind: 'value', choices: ['allow', 'deny'], summary: 'only what was allowed, or refused' },
    since: { kind: 'value', placeholder: 'TIME', summary: 'from then on: 2h (ago), 18:00, 2026-12-24' },
    limit: {
      kind: 'value',
      placeholder: 'COUNT',
      summary: `at most so many; 100 unless given, at most ${MOST_RECORDS}`,
    },
    before: {
      kind: 'value',
      placeholder: 'ID',
      summary: 'only records older than this one, to read on from there',
    },
  },
  json: '{records: HistoryRecord[]}',
  examples: ['sallyport history --app curl --since 2h', 'sallyport history --action deny --limit 20 --json'],
  run: async (context, input) => {
    const { records } = await context.connect().listHistory(requestOf(input, context.nowMs()));
    if (context.json) context.print(jsonDocument({ records }));
    else if (records.length === 0) context.print('Nothing in the history matches.');
    else
      for (const record of records)
        context.print(historyLine(record, { style: context.style, nowMs: context.nowMs() }));
    return 0;
  },
};

function requestOf(input: CommandInput, nowMs: number) {
  const given = (name: string): string | undefined => input.values.get(name);
  const app = given('app');
  const to = given('to');
  const target = to === undefined ? undefined : parseAddress(to, '--to');
  const port = given('port');
  const since = given('since');
  return {
    limit: countOf(given('limit')),
    beforeId: recordId(given('before')),
    app: app === undefined ? '' : parseApp(app, '--app').id,
    address: target?.text ?? '',
    port: port === undefined ? (target?.port ?? 0) : parsePort(port, '--port'),
    action: actionOf(given('action')),
    sinceMs: since === undefined ? 0 : parseSince(since, '--since', nowMs),
  };
}

function actionOf(word: string | undefined): 'ACTION_UNSPECIFIED' | 'ACTION_ALLOW' | 'ACTION_DENY' {
  if (word === undefined) return 'ACTION_UNSPECIFIED';
  return word === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY';
}

function countOf(text: string | undefined): number {
  const count = text === undefined ? 0 : Number(text);
  if (text !== undefined && !(/^\d{1,6}$/.test(text) && count >= 1 && count <= MOST_RECORDS))
    throw wrongUsage(`--limit: "${text}" is not a number from 1 to ${MOST_RECORDS}.`);
  return count;
}

function recordId(text: string | undefined): string {
  if (text !== undefined && !/^\d{1,19}$/.test(text))
    throw wrongUsage(`--before: "${text}" is not the id of a record.`);
  return text ?? '0';
}
