// One open history database file: inserts, pages and pruning, each bounded in time. Every method may throw what SQLite says.
import { chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { conditionsOf, needsEveryRow, type Condition } from './conditions.ts';
import type { HistoryEntry, HistoryFilter, ReasonUse } from './entry.ts';
import { entryOf, INSERT_SQL, isTraffic, trafficValues, UPDATE_TRAFFIC_SQL } from './row.ts';
import type { HistoryWrite } from './row.ts';
import { migrate } from './schema.ts';

/** Ids that one page looks through: a few milliseconds where no index helps. */
const IDS_PER_PAGE = 10_000;
/** The same where the text of each row is looked through. */
const SEARCHED_IDS_PER_PAGE = 2000;
/** Statements that are kept: searches have many shapes. */
const MOST_STATEMENTS = 50;
const ROWS_PER_PAGE = 100;
const ROWS_PER_PRUNE = 100;

export interface PageRequest {
  readonly filter: HistoryFilter;
  /** Only ids below this one. */
  readonly belowId: number;
  readonly limit: number;
}

export interface Page {
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; undefined at the end. */
  readonly nextBelowId: number | undefined;
}

export interface ReasonRequest {
  /** Only ids below this one. */
  readonly belowId: number;
  /** Milliseconds since 1970. */
  readonly beforeMs: number;
}

export interface ReasonPage {
  readonly uses: readonly ReasonUse[];
  /** Where the next page begins; undefined at the end. */
  readonly nextBelowId: number | undefined;
}

export interface Retention {
  readonly maxRecords: number;
  /** Milliseconds since 1970: older records go. */
  readonly oldestMs: number;
}

export class HistoryDatabase {
  readonly #file: string;
  readonly #fileId: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #updateTraffic: StatementSync;
  readonly #pages = new Map<string, StatementSync>();

  /** Opens or creates the file with mode 0600; folders that are missing are made with 0700. */
  constructor(file: string) {
    createPrivately(file);
    this.#file = file;
    this.#database = new DatabaseSync(file, { timeout: 0 });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      migrate(this.#database);
      this.#insert = this.#database.prepare(INSERT_SQL);
      this.#updateTraffic = this.#database.prepare(UPDATE_TRAFFIC_SQL);
      this.#fileId = fileId(file) ?? '';
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Whether the path still leads to the open file: SQLite would go on writing into a deleted one. */
  isInPlace(): boolean {
    return fileId(this.#file) === this.#fileId;
  }

  /** All of it or, when it throws, nothing. */
  write(writes: readonly HistoryWrite[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const write of writes) {
        if (isTraffic(write)) this.#updateTraffic.run(...trafficValues(write));
        else this.#insert.run(...write);
      }
      this.#database.exec('COMMIT');
    } finally {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }

  newestId(): number {
    return Number(this.#database.prepare('SELECT max(id) AS id FROM record').get()?.['id'] ?? 0);
  }

  /** Newest first. Looks through a bounded span of ids, so it may find few or none although there are more. */
  page({ filter, belowId, limit }: PageRequest): Page {
    const fromId = belowId - (needsEveryRow(filter) ? SEARCHED_IDS_PER_PAGE : IDS_PER_PAGE);
    const wanted = Math.min(limit, ROWS_PER_PAGE);
    const conditions = conditionsOf(filter);
    const values = conditions.flatMap((condition) => condition.values);
    const rows = this.#pageStatement(conditions).all(fromId, belowId, ...values, wanted);
    const entries = rows.map(entryOf);
    const last = entries.at(-1);
    if (entries.length === wanted && last !== undefined) return { entries, nextBelowId: last.id };
    return { entries, nextBelowId: fromId > this.#oldestId() ? fromId : undefined };
  }

  /** How often each rule was the reason, among a bounded span of ids. */
  ruleReasons({ belowId, beforeMs }: ReasonRequest): ReasonPage {
    const fromId = belowId - IDS_PER_PAGE;
    const rows = this.#database
      .prepare(
        `SELECT reason, sum(1 + alike) AS flows, max(at_ms) AS last FROM record
         WHERE id >= ? AND id < ? AND at_ms < ? AND reason >= 'rule ' AND reason < 'rule!' GROUP BY reason`,
      )
      .all(fromId, belowId, beforeMs);
    const uses = rows.map(({ reason, flows, last }) => ({
      reason: String(reason),
      flows: Number(flows),
      lastAtMs: Number(last),
    }));
    return { uses, nextBelowId: fromId > this.#oldestId() ? fromId : undefined };
  }

  /** Deletes some of what is beyond the retention; true when there may be more. */
  pruneSome({ maxRecords, oldestMs }: Retention): boolean {
    const { changes } = this.#database
      .prepare(
        `DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY id LIMIT ${ROWS_PER_PRUNE})
         AND (id <= ? OR at_ms < ?)`,
      )
      .run(this.newestId() - maxRecords, Math.round(oldestMs));
    return Number(changes) === ROWS_PER_PRUNE;
  }

  close(): void {
    this.#database.close();
  }

  #oldestId(): number {
    return Number(this.#database.prepare('SELECT min(id) AS id FROM record').get()?.['id'] ?? 0);
  }

  #pageStatement(conditions: readonly Condition[]): StatementSync {
    const where = ['id >= ?', 'id < ?', ...conditions.map(({ sql }) => sql)].join(' AND ');
    const sql = `SELECT * FROM record WHERE ${where} ORDER BY id DESC LIMIT ?`;
    const known = this.#pages.get(sql);
    if (known !== undefined) return known;
    if (this.#pages.size >= MOST_STATEMENTS) this.#pages.clear();
    const statement = this.#database.prepare(sql);
    this.#pages.set(sql, statement);
    return statement;
  }
}

/** SQLite gives the -wal and -shm files the mode of the file itself. */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, constants.O_CREAT | constants.O_RDWR, 0o600));
  if ((statSync(file).mode & 0o777) !== 0o600) chmodSync(file, 0o600);
}

function fileId(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
}
