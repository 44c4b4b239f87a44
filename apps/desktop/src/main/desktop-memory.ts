// What the application remembers between runs: where the main window was. A file that is gone or
// damaged is as none.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const coordinateSchema = z.int().min(-100_000).max(100_000);
const memorySchema = z.object({
  mainWindow: z
    .object({
      bounds: z
        .object({
          x: coordinateSchema,
          y: coordinateSchema,
          width: z.int().min(1).max(100_000),
          height: z.int().min(1).max(100_000),
        })
        .readonly(),
      isMaximized: z.boolean(),
    })
    .readonly()
    .optional(),
});

export type Memory = Readonly<z.infer<typeof memorySchema>>;

export class DesktopMemory {
  readonly #file: string;
  #memory: Memory;

  constructor(file: string) {
    this.#file = file;
    this.#memory = read(file);
  }

  get now(): Memory {
    return this.#memory;
  }

  /** What cannot be written is forgotten at the end of this run. */
  change(changes: Memory): void {
    this.#memory = { ...this.#memory, ...changes };
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#memory), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // A full disk or a read-only home is no reason to fail.
    }
  }
}

function read(file: string): Memory {
  try {
    return memorySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
