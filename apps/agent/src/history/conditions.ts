// A HistoryFilter as conditions of SQL. Values are always parameters; what a person typed has no special meaning.
import type { SQLInputValue } from 'node:sqlite';
import { isWholeContainer } from '../domain/container.ts';
import type { HistoryFilter } from './entry.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const SEARCHED = ['app', 'path', 'command_line', 'address', 'name', 'reason'];

/** No index helps to find a part of a text. */
export function needsEveryRow({ words, appPart, addressPart }: HistoryFilter): boolean {
  return words.length > 0 || appPart !== undefined || addressPart !== undefined;
}

/** The cheap ones first: SQLite looks at them in this order. */
export function conditionsOf(filter: HistoryFilter): readonly Condition[] {
  const { app, address, port, action, sinceMs, untilMs, protocol, direction, uid } = filter;
  const { words, appPart, addressPart } = filter;
  const equal = [
    { sql: 'address = ?', value: address },
    { sql: 'port = ?', value: port },
    { sql: 'action = ?', value: action },
    { sql: 'at_ms >= ?', value: sinceMs },
    { sql: 'at_ms <= ?', value: untilMs },
    { sql: 'protocol = ?', value: protocol },
    { sql: 'direction = ?', value: direction },
    { sql: 'uid = ?', value: uid },
  ];
  return [
    ...(app === undefined ? [] : [appCondition(app)]),
    ...equal.flatMap(({ sql, value }) => (value === undefined ? [] : [{ sql, values: [value] }])),
    ...(appPart === undefined ? [] : [foundIn(['app', 'path'], appPart)]),
    ...(addressPart === undefined ? [] : [foundIn(['address', 'name'], addressPart)]),
    ...words.map((word) => foundIn(SEARCHED, word)),
  ];
}

/** All Apps in a container have its id and a colon in front. */
function appCondition(app: string): Condition {
  return isWholeContainer(app)
    ? { sql: '(app >= ? AND app < ?)', values: [`${app}:`, `${app};`] }
    : { sql: 'app = ?', values: [app] };
}

function foundIn(columns: readonly string[], part: string): Condition {
  const pattern = `%${part.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`;
  const sql = columns.map((column) => String.raw`${column} LIKE ? ESCAPE '\'`).join(' OR ');
  return { sql: `(${sql})`, values: columns.map(() => pattern) };
}
