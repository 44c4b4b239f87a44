// The tables of the history database and how an older file becomes the current one.
import type { DatabaseSync } from 'node:sqlite';

/** One step for each version; a step that was released is never edited. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE record (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     at_ms INTEGER NOT NULL,
     action TEXT NOT NULL,
     reason TEXT NOT NULL,
     app TEXT,
     path TEXT,
     pid INTEGER,
     uid INTEGER,
     command_line TEXT,
     protocol TEXT,
     direction TEXT,
     local_address TEXT,
     local_port INTEGER,
     address TEXT,
     port INTEGER,
     name TEXT,
     held_us REAL NOT NULL
   ) STRICT;
   CREATE INDEX record_by_app ON record (app);
   CREATE INDEX record_by_address ON record (address);`,
  'ALTER TABLE record ADD COLUMN alike INTEGER NOT NULL DEFAULT 0;',
  `ALTER TABLE record ADD COLUMN traffic_number INTEGER;
   ALTER TABLE record ADD COLUMN packets_out INTEGER;
   ALTER TABLE record ADD COLUMN bytes_out INTEGER;
   ALTER TABLE record ADD COLUMN packets_in INTEGER;
   ALTER TABLE record ADD COLUMN bytes_in INTEGER;
   CREATE INDEX record_by_traffic ON record (traffic_number) WHERE traffic_number IS NOT NULL;`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** The file was written by a later version, whose tables are not known here. */
export class NewerSchemaError extends Error {
  readonly version: number;

  constructor(version: number) {
    super(`the history has format ${version}, this version knows formats up to ${SCHEMA_VERSION}`);
    this.version = version;
  }
}

/** Brings the file to the current version; all or nothing. */
export function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > SCHEMA_VERSION) throw new NewerSchemaError(version);
  if (version === SCHEMA_VERSION) return;
  const steps = MIGRATIONS.slice(version).join('\n');
  try {
    database.exec(`BEGIN IMMEDIATE;\n${steps}\nPRAGMA user_version = ${SCHEMA_VERSION};\nCOMMIT`);
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}
